{{ config(
    materialized='exasol_script',
    language='python3',
    kind='set',
    parameters=['name varchar(64)', 'amount double'],
    order_by=['amount desc'],
    emits=['name varchar(64)', 'share double']
) }}
def run(ctx):
    rows = []
    while True:
        rows.append((ctx.name, ctx.amount or 0.0))
        if not ctx.next():
            break
    total = sum(amount for _, amount in rows) or 1.0
    for name, amount in rows:
        ctx.emit(name, amount / total)
