{{ config(
    materialized='exasol_script',
    language='python3',
    kind='scalar',
    parameters=['left varchar(200)', 'right varchar(200)'],
    returns='double'
) }}
from difflib import SequenceMatcher


def run(ctx):
    if ctx.left is None or ctx.right is None:
        return None
    return 1 - SequenceMatcher(None, ctx.left, ctx.right).ratio()
