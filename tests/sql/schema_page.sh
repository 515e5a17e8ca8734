# shellcheck shell=sh
#
# scepgate-schema(7) against the live schema. Sourced by run.test; each function returns 0 when what it says holds.

# schema_page DATABASE: the page that its comments make.
schema_page() {
	psql -XqAt -v ON_ERROR_STOP=1 -d "$1" -f "$SCEPGATE_SRCDIR/man/scepgate-schema.sql"
}

# "make schema-page" makes it anew.
schema_page_is_current() {
	schema_page scepgate >"$PG_DIR/page" && diff -u "$SCEPGATE_SRCDIR/man/scepgate-schema.7" "$PG_DIR/page"
}

# Whatever has a comment has it in the page: a change of one shows, of each kind.
schema_page_shows_changes() {
	race_sql 'CREATE DATABASE commented TEMPLATE scepgate' && schema_page commented >"$PG_DIR/page" || return 1
	for schema_statement in "COMMENT ON TABLE scepgate.ca IS 'Other.'" "COMMENT ON COLUMN scepgate.ca.name IS 'Other.'" "COMMENT ON CONSTRAINT ca_name_is_taken ON scepgate.ca IS 'Other.'" \
		"COMMENT ON INDEX scepgate.ca_by_private_key IS 'Other.'" "COMMENT ON VIEW scepgate.cas IS 'Other.'" "COMMENT ON COLUMN scepgate.cas.name IS 'Other.'" \
		"COMMENT ON FUNCTION scepgate.ca_delete IS 'Other.'" "COMMENT ON FUNCTION scepgate.crl_keep IS 'Other.'" 'ALTER TABLE scepgate.ca ADD COLUMN other integer' \
		'GRANT SELECT ON scepgate.ca TO scepgate_auditor' 'GRANT EXECUTE ON FUNCTION scepgate.ca_delete TO scepgate_operator'; do
		psql -XqAt -v ON_ERROR_STOP=1 -d commented -c "$schema_statement" && schema_page commented >"$PG_DIR/page2" || return 1
		! cmp -s "$PG_DIR/page" "$PG_DIR/page2" || { echo "not shown: $schema_statement"; return 1; }
		mv "$PG_DIR/page2" "$PG_DIR/page"
	done
	race_sql 'DROP DATABASE commented'
}
