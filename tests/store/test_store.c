#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "store/fixture.h"

enum { MAX_CASES = 128 };

static size_t add(struct unit_case *all, size_t at, const struct unit_case *cases, size_t count)
{
	if (at + count > MAX_CASES)
		abort();
	memcpy(all + at, cases, count * sizeof(*cases));
	return at + count;
}

int main(void)
{
	struct unit_case all[MAX_CASES];
	size_t count = 0;

	count = add(all, count, schema_cases, schema_case_count);
	count = add(all, count, admin_cases, admin_case_count);
	count = add(all, count, view_cases, view_case_count);
	count = add(all, count, endpoint_cases, endpoint_case_count);
	count = add(all, count, enrolment_cases, enrolment_case_count);
	count = add(all, count, approval_cases, approval_case_count);
	count = add(all, count, grant_cases, grant_case_count);
	count = add(all, count, inventory_cases, inventory_case_count);
	count = add(all, count, mint_cases, mint_case_count);
	count = add(all, count, crl_cases, crl_case_count);
	count = add(all, count, connection_cases, connection_case_count);
	return unit_main("store", all, count);
}
