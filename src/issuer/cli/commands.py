"""Every command of `issuer`."""

import os
import sys

import typer

from issuer.cli import (
    achievements,
    agencies,
    artwork,
    awards,
    bake,
    clients,
    demo,
    exports,
    frameworks,
    held,
    hosts,
    issue,
    keys,
    pathways,
    recipients,
    refusals,
    reviews,
    serve,
    sources,
    status_lists,
    tenants,
    verify,
    webhooks,
)

app = typer.Typer(
    name="issuer",
    help="Turn a proven competency into an Open Badge 3.0 that anyone can check.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    epilog="Settings are ISSUER_… environment variables: `issuer settings` lists them.",
)
app.add_typer(tenants.app, name="tenant")
app.add_typer(keys.app, name="keys")
app.add_typer(clients.app, name="client")
app.add_typer(agencies.app, name="agency")
app.add_typer(achievements.app, name="achievement")
app.add_typer(pathways.app, name="pathway")
app.add_typer(reviews.app, name="review")
app.add_typer(artwork.app, name="artwork")
app.add_typer(awards.app, name="award")
app.add_typer(recipients.app, name="recipient")
app.add_typer(held.app, name="held")
app.add_typer(webhooks.app, name="webhook")
app.add_typer(sources.app, name="source")
app.add_typer(frameworks.app, name="framework")
app.add_typer(exports.app, name="export-profile")
app.add_typer(status_lists.app, name="status-list")
for _command in (
    serve.serve,
    serve.worker,
    issue.issue,
    serve.migrate,
    serve.openapi,
    serve.settings,
    verify.verify,
    bake.bake,
    bake.unbake,
    exports.export,
    exports.import_check,
    hosts.push,
    hosts.pull,
    demo.demo,
):
    app.command()(_command)


def run() -> None:
    """Run the command line. A refusal is one clear message and exit code 1, never a trace."""
    os.umask(0o077)  # the database and the keys hold people's names and issuers' words
    try:
        with refusals.ending(1):
            app()
    except typer.Exit as refused:
        sys.exit(refused.exit_code)
