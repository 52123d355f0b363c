"""The HTTP edge: parse a request, call one service or one read query, render the answer."""
