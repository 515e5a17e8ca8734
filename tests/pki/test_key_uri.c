#include <config.h>

#include "pki/key_uri.h"

#include <string.h>

#include "pki/key.h"
#include "support/unit.h"

static void taken(void)
{
	static const struct {
		const char *uri, *object, *pin_path;
	} rows[] = {
		{ "pkcs11:object=ca", "pkcs11:object=ca;type=private", NULL },
		{ "PKCS11:object=ca;type=private", "pkcs11:object=ca;type=private", NULL },
		{ "pkcs11:token=My%20Token;id=%01%ff", "pkcs11:token=My%20Token;id=%01%ff;type=private", NULL },
		{ "pkcs11:model=SoftHSM%20v2;manufacturer=SoftHSM%20project;serial=0a;token=t;id=%01;object=ca;type=private",
			"pkcs11:model=SoftHSM%20v2;manufacturer=SoftHSM%20project;serial=0a;token=t;id=%01;object=ca;type=private", NULL },
		{ "pkcs11:object=ca?pin-source=/etc/pin", "pkcs11:object=ca;type=private", "/etc/pin" },
		{ "pkcs11:object=ca?pin-source=file:/etc/pin", "pkcs11:object=ca;type=private", "/etc/pin" },
		{ "pkcs11:object=ca?pin-source=file:///etc/a%20b", "pkcs11:object=ca;type=private", "/etc/a b" },
		{ "pkcs11:object=ca?", "pkcs11:object=ca;type=private", NULL },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf object = { 0 }, pin_path = { 0 };

		unit_row(rows[i].uri);
		UNIT_ERR(ERR_OK, key_uri_check(rows[i].uri, NULL));
		UNIT_ERR(ERR_OK, key_uri_split(rows[i].uri, &object, &pin_path, NULL));
		UNIT_BYTES(bytes_from_str(rows[i].object), buf_bytes(&object));
		UNIT_BYTES(bytes_from_str(rows[i].pin_path), buf_bytes(&pin_path));
		buf_clear(&object);
		buf_clear(&pin_path);
	}
}

static void refused(void)
{
	static const char *const rows[] = {
		"", "pkcs11:", "object=ca", "file:/etc/key.pem", "pkcs11:token=t", "pkcs11:?pin-source=/etc/pin", "pkcs11:object=", "pkcs11:object", "pkcs11:object=a;object=b",
		"pkcs11:object=ca;type=cert", "pkcs11:object=ca;type=public", "pkcs11:object=ca;type=secret-key", "pkcs11:object=ca;type=priv%61te", "pkcs11:object=ca;;id=%01",
		"pkcs11:object=c a", "pkcs11:object=ca\n", "pkcs11:object=\xc3\xa4", "pkcs11:object=%4", "pkcs11:object=%4g", "pkcs11:object=ca;x-vendor=1",
		"pkcs11:object=ca;pin-value=SECRET", "pkcs11:object=ca;pin-source=/etc/pin", "pkcs11:object=ca?pin-value=SECRET", "pkcs11:object=ca?pin-source=/a&pin-value=SECRET",
		"pkcs11:object=ca?module-path=/tmp/evil.so", "pkcs11:object=ca?module-name=evil", "pkcs11:object=ca?pin-source=/a&pin-source=/b", "pkcs11:object=ca?x=1",
		"pkcs11:object=ca?pin-source=", "pkcs11:object=ca?pin-source=pin", "pkcs11:object=ca?pin-source=file:pin", "pkcs11:object=ca?pin-source=%7ccat%20/etc/pin",
		"pkcs11:object=ca?pin-source=/etc/pin%00x", "pkcs11:object=ca?pin-source=https://example.org/pin",
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct why why = { 0 };

		unit_row(rows[i]);
		UNIT_ERR(ERR_VALUE, key_uri_check(rows[i], &why));
		CU_ASSERT_NOT_EQUAL(why.text[0], '\0');
		CU_ASSERT_PTR_NULL(strstr(why.text, "SECRET"));
	}
}

static void lengths(void)
{
	struct buf uri = { 0 };

	UNIT_ERR(ERR_OK, buf_append_str(&uri, "pkcs11:object="));
	while (uri.len < KEY_URI_MAX_LEN)
		UNIT_ERR(ERR_OK, buf_append_byte(&uri, 'a'));
	UNIT_ERR(ERR_OK, buf_terminate(&uri));
	UNIT_ERR(ERR_OK, key_uri_check((const char *)uri.ptr, NULL));
	UNIT_ERR(ERR_OK, buf_append_byte(&uri, 'a'));
	UNIT_ERR(ERR_OK, buf_terminate(&uri));
	UNIT_ERR(ERR_VALUE, key_uri_check((const char *)uri.ptr, NULL));
	buf_clear(&uri);
}

static const struct unit_case cases[] = {
	{ "URIs that name a private key are taken, the PIN's file apart (RFC 7512 section 2)", taken },
	{ "PINs, programs and modules in a URI are refused, and so is what names no private key (RFC 7512 section 2.4)", refused },
	{ "the longest URI, and one character more", lengths },
};

UNIT_MAIN("pki/key_uri", cases)
