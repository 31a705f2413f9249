"""Base classes of dbt-tests-adapter that say nothing of Exasol, and why."""

from __future__ import annotations

_ARRAYS = "Exasol has no arrays"
_PYTHON_MODELS = "dbt-exasol has no Python models"
_MATERIALIZED_VIEWS = "Exasol has no materialized views"
_JAVASCRIPT = "dbt-exasol has no functions in JavaScript"
_NO_WARNING = "dbt-exasol does not warn of documented columns that are absent"
_NO_CLONE = "dbt-exasol clones by views, as BaseCloneNotPossible tests it"
_TOO_LONG = "dbt-exasol casts given values to the column's type, and Exasol refuses what is too long for it"
_COLUMN_NAMES = "dbt-exasol's second snapshot looks for its columns under their usual names"
_DELIMITER = "dbt-exasol loads the file as it is, with commas"
_FOLDER = "writes files into the folder of the tests"

EXCEPTIONS = {
    "BaseSnapshotColumnNames": _COLUMN_NAMES,
    "BaseSnapshotColumnNamesFromDbtProject": _COLUMN_NAMES,
    "BaseSnapshotMultiUniqueKey": _COLUMN_NAMES,
    "BaseArrayUtils": _ARRAYS,
    "MaterializedViewChangesApplyMixin": _MATERIALIZED_VIEWS,
    "MaterializedViewChangesContinueMixin": _MATERIALIZED_VIEWS,
    "MaterializedViewChangesFailMixin": _MATERIALIZED_VIEWS,
    "BaseSeedConfigFullRefreshOn": "expects that views go with the table below them",
    "BaseSeedWithUniqueDelimiter": _DELIMITER,
    "BaseSeedWithWrongDelimiter": _DELIMITER,
    "BaseSeedWithEmptyDelimiter": _DELIMITER,
    "BaseSimpleSeedWithBOM": _FOLDER,
    "BaseSeedSpecificFormats": _FOLDER,
    "BaseArrayAppend": _ARRAYS,
    "BaseArrayConcat": _ARRAYS,
    "BaseArrayConstruct": _ARRAYS,
    "BasePythonModelTests": _PYTHON_MODELS,
    "BasePythonIncrementalTests": _PYTHON_MODELS,
    "BasePythonMetaGetTests": _PYTHON_MODELS,
    "BasePythonEmptyTests": _PYTHON_MODELS,
    "BasePythonSampleTests": _PYTHON_MODELS,
    "BasePySparkTests": _PYTHON_MODELS,
    "MaterializedViewBasic": _MATERIALIZED_VIEWS,
    "MaterializedViewChanges": _MATERIALIZED_VIEWS,
    "BasicJSUDF": _JAVASCRIPT,
    "JSUDFMultiLineBody": _JAVASCRIPT,
    "JSUDFDeterministicVolatility": _JAVASCRIPT,
    "JSUDFNonDeterministicVolatility": _JAVASCRIPT,
    "JSUDFStableVolatilityWarns": _JAVASCRIPT,
    "JSUDFDefaultArgSupport": _JAVASCRIPT,
    "BasicJSAggregateUDF": _JAVASCRIPT,
    "JSAggregateUDFVolatilityIgnored": _JAVASCRIPT,
    "BaseIncrementalBadStrategy": "dbt-exasol looks at the strategy only when the table is there",
    "PythonUDFWithPackagesSupported": "dbt-exasol has no option for packages",
    "CanFindScalarFunctionRelation": "dbt-exasol lists tables and views, not functions",
    "BasePersistDocsAllColumnsMissing": _NO_WARNING,
    "BasePersistDocsQuotedColumnCaseSensitive": _NO_WARNING,
    "BasePersistDocsQuotedDescriptionNotAppliedOnMismatch": _NO_WARNING,
    "BaseClonePossible": _NO_CLONE,
    "BaseCloneSameSourceAndTarget": _NO_CLONE,
    "BaseTestEmptyInlineSourceRef": "gives an alias to what --empty has given one",
    "BaseTestEmptySeedFlag": "dbt seed --empty came with dbt-core 1.12",
    "BaseUnitTestingVarcharFixtureNoTruncation": _TOO_LONG,
    "BaseSnapshotDbtValidToCurrent": "compares with datetime objects; timestamps of Exasol come as text",
    "BaseCurrentTimestampAware": "instead of BaseCurrentTimestampNaive, where timestamps have a time zone",
    "BaseEscapeSingleQuotesBackslash": "instead of BaseEscapeSingleQuotesQuote, where a backslash escapes",
    "BaseSimpleCopyUppercase": "is written for the adapter of PostgreSQL",
    "BasePostgresColumnTypes": "is written for the types of PostgreSQL",
    "BaseCatalogIntegrationValidation": "dbt-exasol has no catalog integrations",
    "BaseGetCatalogForSingleRelation": "is about statistics that dbt-exasol's catalog does not have",
}
