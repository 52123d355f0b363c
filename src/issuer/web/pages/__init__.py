"""The public pages: values in, HTML text out. No database, no request, no clock."""
