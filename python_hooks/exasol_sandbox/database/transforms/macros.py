"""Small functions that Exasol has and DuckDB has not, as SQL macros of the database file's `main` schema.

A failure is raised with the SQL code in brackets; `failures` turns it into an ExasolError.
"""

from __future__ import annotations

_TRUE = "('1', 'T', 'TRUE')"
_FALSE = "('0', 'F', 'FALSE')"

MACROS = {
    "exa_divide(a, b)": """
        CASE WHEN b = 0 THEN error('[22012] data exception - division by zero')
             ELSE CAST(a AS DOUBLE) / CAST(b AS DOUBLE) END""",
    "exa_modulo(a, b)": """
        CASE WHEN b = 0 THEN error('[22012] data exception - division by zero') ELSE a % b END""",
    "exa_whole_quotient(a, b)": """
        CASE WHEN b = 0 THEN error('[22012] data exception - division by zero')
             ELSE CAST(trunc(CAST(a AS DOUBLE) / CAST(b AS DOUBLE)) AS DECIMAL(36, 0)) END""",
    "exa_null_if_undefined(x)": """
        CASE WHEN isnan(x) THEN NULL ELSE x END""",
    "exa_fit(t, n)": """
        CASE WHEN t = '' THEN NULL
             WHEN length(t) > n THEN error('[22001] data exception - string data, right truncation.')
             ELSE t END""",
    "exa_required(v, what)": """
        CASE WHEN v IS NULL THEN error('[27002] constraint violation - not null (' || what || ')') ELSE v
        END""",
    "exa_text_of_double(d)": """
        regexp_replace(CAST(d AS VARCHAR), '\\.0$', '')""",
    "exa_text_of_months(i, p)": """
        (CASE WHEN datepart('year', i) * 12 + datepart('month', i) < 0 THEN '-' ELSE '+' END)
        || lpad(CAST(abs(datepart('year', i)) AS VARCHAR), p, '0')
        || '-' || lpad(CAST(abs(datepart('month', i)) AS VARCHAR), 2, '0')""",
    "exa_text_of_interval(i, p, f)": """
        (CASE WHEN epoch_us(i) < 0 THEN '-' ELSE '+' END)
        || lpad(CAST(abs(epoch_us(i)) // 86400000000 AS VARCHAR),
                CAST(greatest(p, length(CAST(abs(epoch_us(i)) // 86400000000 AS VARCHAR))) AS INTEGER), '0')
        || ' ' || lpad(CAST(abs(epoch_us(i)) // 3600000000 % 24 AS VARCHAR), 2, '0')
        || ':' || lpad(CAST(abs(epoch_us(i)) // 60000000 % 60 AS VARCHAR), 2, '0')
        || ':' || lpad(CAST(abs(epoch_us(i)) // 1000000 % 60 AS VARCHAR), 2, '0')
        || rtrim('.' || left(lpad(CAST(abs(epoch_us(i)) % 1000000 AS VARCHAR), 6, '0') || '000', f), '.')""",
    "exa_boolean(t)": f"""
        CASE WHEN t IS NULL THEN NULL
             WHEN upper(trim(t)) IN {_TRUE} THEN TRUE
             WHEN upper(trim(t)) IN {_FALSE} THEN FALSE
             ELSE error('[22018] data exception - invalid character value for cast; Value: ''' || t ||
             '''') END""",
    "exa_is_boolean(t)": f"""
        upper(trim(t)) IN {_TRUE} OR upper(trim(t)) IN {_FALSE}""",
    "exa_parse_date(t, f)": """
        CASE WHEN t IS NULL THEN NULL
             WHEN try_strptime(trim(t), f) IS NULL
             THEN CAST(error('[22007] data exception - invalid date value; Value: ''' || t || '''') AS DATE)
             ELSE CAST(try_strptime(trim(t), f) AS DATE) END""",
    "exa_parse_timestamp(t, f)": """
        CASE WHEN t IS NULL THEN NULL
             WHEN try_strptime(trim(t), f) IS NULL
             THEN CAST(error('[22007] data exception - invalid date value; Value: ''' || t || '''') AS
             TIMESTAMP)
             ELSE try_strptime(trim(t), f) END""",
    "exa_hashtype(t, n)": """
        CASE WHEN t IS NULL THEN NULL
             WHEN length(replace(t, '-', '')) = n * 2 AND regexp_full_match(replace(t, '-', ''),
             '[0-9a-fA-F]*')
             THEN lower(replace(t, '-', ''))
             ELSE error('[22018] data exception - invalid hashtype value; Value: ''' || t || '''') END""",
    "exa_add_months(d, n)": """
        CASE WHEN d = last_day(d) THEN last_day(d + to_months(n)) ELSE d + to_months(n) END""",
    "exa_substring(t, s, n)": """
        nullif(CASE WHEN n IS NOT NULL AND n <= 0 THEN NULL
                    WHEN s < 0 AND -s > length(t) THEN NULL
                    WHEN s = 0 THEN substr(t, 1, n) ELSE substr(t, s, n) END, '')""",
    "exa_substring_from(t, s)": """
        nullif(CASE WHEN s < 0 AND -s > length(t) THEN NULL WHEN s = 0 THEN t ELSE substr(t, s) END, '')""",
    "exa_seconds_of_text(t)": """
        CASE WHEN regexp_full_match(t, '[+-]?\\d+ \\d+:\\d+:\\d+(\\.\\d+)?')
             THEN to_microseconds((CASE WHEN t LIKE '-%' THEN -1 ELSE 1 END) * CAST(
                  (CAST(regexp_extract(t, '(\\d+) ', 1) AS DECIMAL(18, 6)) * 86400
                   + CAST(regexp_extract(t, ' (\\d+):', 1) AS INTEGER) * 3600
                   + CAST(regexp_extract(t, ':(\\d+):', 1) AS INTEGER) * 60
                   + CAST(regexp_extract(t, ':([\\d.]+)$', 1) AS DECIMAL(18, 6))) * 1000000 AS BIGINT))
             WHEN t IS NOT NULL
             THEN CAST(error('[22007] data exception - invalid interval value; Value: ''' || t || '''')
                  AS INTERVAL) END""",
    "exa_months_of_text(t)": """
        CASE WHEN regexp_full_match(t, '[+-]?\\d+-\\d+')
             THEN to_months((CASE WHEN t LIKE '-%' THEN -1 ELSE 1 END) * CAST(
                  CAST(regexp_extract(t, '(\\d+)-', 1) AS INTEGER) * 12
                  + CAST(regexp_extract(t, '-(\\d+)$', 1) AS INTEGER) AS INTEGER))
             WHEN t IS NOT NULL
             THEN CAST(error('[22007] data exception - invalid interval value; Value: ''' || t || '''')
                  AS INTERVAL) END""",
    "exa_insert(t, s, n, v)": """
        CASE WHEN s < 1 OR s > length(t) + 1 THEN t
             ELSE nullif(concat(substr(t, 1, s - 1), v, substr(t, s + greatest(n, 0))), '') END""",
    "exa_months_between(a, b)": """
        (datepart('year', a) - datepart('year', b)) * 12 + (datepart('month', a) - datepart('month', b))
        + CASE WHEN (day(a) = day(last_day(a)) AND day(b) = day(last_day(b))) OR day(a) = day(b) THEN 0.0
               ELSE (day(a) - day(b)
                     + (epoch_us(a) % 86400000000 - epoch_us(b) % 86400000000) / 86400000000.0) / 31.0 END""",
}


def statements() -> list[str]:
    """The statements that (re)create all macros."""
    return [f"CREATE OR REPLACE MACRO {signature} AS ({body.strip()})" for signature, body in MACROS.items()]
