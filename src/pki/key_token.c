#include <config.h>

#include "pki/key.h"

#include <gnutls/pkcs11.h>
#include <p11-kit/pkcs11.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret_file.h"
#include "pki/gnutls_map.h"
#include "pki/key_provider.h"
#include "pki/key_uri.h"
#include "pki/pkcs1.h"

/*
 * Keys in a PKCS#11 token. GnuTLS finds them and signs with them. Decryption goes to the token directly: GnuTLS asks tokens for CKM_RSA_PKCS alone,
 * where the padding is taken off in the token, and whoever measures the token learns about it. With CKM_RSA_X_509 the token does the RSA operation,
 * and the padding is ours to take off in constant time. A token that does not have it is asked for CKM_RSA_PKCS after all; that then is as good as
 * the token is.
 */

enum { MAX_MECHANISMS = 1024 /* with more, and without a list, the token is taken to have no raw RSA */ };

/* What the token said when the PIN was asked for. */
enum pin_state { PIN_UNASKED, PIN_GIVEN, PIN_MISSING, PIN_WRONG, PIN_LAST_TRY };

struct token {
	struct buf pin;
	bool has_pin;
	enum pin_state pin_state;
	gnutls_pkcs11_obj_t object;
	/* For decryption; a session of our own, NULL functions: not opened. */
	CK_FUNCTION_LIST *functions;
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE handle;
	unsigned long slot;
	bool is_raw;                 /* CKM_RSA_X_509, else CKM_RSA_PKCS */
	bool asks_each_time;         /* CKA_ALWAYS_AUTHENTICATE */
};

static void token_free(void *own)
{
	struct token *token = own;

	if (token->functions != NULL)
		token->functions->C_CloseSession(token->session);
	if (token->object != NULL)
		gnutls_pkcs11_obj_deinit(token->object);
	buf_clear(&token->pin);
	free(token);
}

/* --- the PIN ---------------------------------------------------------------------------------------------------------------- */

/* GnuTLS asks again and again until the token locks itself; we answer once. */
static int give_pin(void *userdata, int attempt, const char *token_url, const char *token_label, unsigned flags, char *pin, size_t pin_max)
{
	struct token *token = userdata;

	(void)token_url;
	(void)token_label;
	token->pin_state = PIN_GIVEN;
	if (!token->has_pin || token->pin.len + 1 > pin_max)
		token->pin_state = PIN_MISSING;
	else if (attempt > 0 || (flags & GNUTLS_PIN_WRONG) != 0)
		token->pin_state = PIN_WRONG;
	else if ((flags & GNUTLS_PIN_FINAL_TRY) != 0)
		token->pin_state = PIN_LAST_TRY;
	if (token->pin_state != PIN_GIVEN)
		return GNUTLS_E_PKCS11_PIN_ERROR;
	memcpy(pin, token->pin.ptr, token->pin.len);
	pin[token->pin.len] = '\0';
	return 0;
}

static enum err pin_load(struct token *token, const char *path, struct why *why)
{
	enum err e;

	if ((e = secret_file_read(path, KEY_PIN_MAX_LEN, &token->pin, why)) != ERR_OK)
		return e;
	if (token->pin.len == 0 || token->pin.len > KEY_PIN_MAX_LEN)
		return why_set(why, ERR_KEY_SECRET, "%s: a PIN has 1 to %d characters", path, KEY_PIN_MAX_LEN);
	for (size_t i = 0; i < token->pin.len; i++)
		if (token->pin.ptr[i] < 0x20 || token->pin.ptr[i] == 0x7f)
			return why_set(why, ERR_KEY_SECRET, "%s: the PIN is not one line of text", path);
	token->has_pin = true;
	return ERR_OK;
}

/* What GnuTLS's code means once a PIN may have been asked for. */
static enum err token_error(const struct token *token, int rc, const char *what, struct why *why)
{
	switch (token->pin_state) {
	case PIN_MISSING:
		return why_set(why, ERR_KEY_SECRET, "the token asks for a PIN, and none is configured for it");
	case PIN_WRONG:
		return why_set(why, ERR_KEY_SECRET, "the token does not accept the PIN");
	case PIN_LAST_TRY:
		return why_set(why, ERR_KEY_SECRET, "the token locks itself at the next wrong PIN, so none is tried; log in with another tool first");
	case PIN_UNASKED:
	case PIN_GIVEN:
		break;
	}
	if (rc == GNUTLS_E_PKCS11_PIN_ERROR || rc == GNUTLS_E_PKCS11_PIN_LOCKED || rc == GNUTLS_E_PKCS11_PIN_EXPIRED)
		return gnutls_map_error(rc, ERR_KEY_SECRET, what, why);
	if (rc == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE || rc == GNUTLS_E_PKCS11_REQUESTED_OBJECT_NOT_AVAILBLE)
		return why_set(why, ERR_KEY, "no token that is there has a private key that fits the URI");
	return gnutls_map_error(rc, ERR_KEY, what, why);
}

/* --- decryption ------------------------------------------------------------------------------------------------------------- */

static enum err session_open(struct token *token, struct why *why)
{
	void *functions = NULL, *session = NULL, *handle = NULL;
	CK_BBOOL yes = CK_FALSE;
	CK_ATTRIBUTE each_time = { CKA_ALWAYS_AUTHENTICATE, &yes, sizeof yes };
	int rc;

	if (token->functions != NULL)
		token->functions->C_CloseSession(token->session);
	token->functions = NULL;
	token->pin_state = PIN_UNASKED;
	if ((rc = gnutls_pkcs11_obj_get_ptr(token->object, &functions, &session, &handle, &token->slot, GNUTLS_PKCS11_OBJ_FLAG_LOGIN)) < 0)
		return token_error(token, rc, "a session with the token cannot be opened", why);
	token->functions = functions;
	token->session = (CK_SESSION_HANDLE)(uintptr_t)session;
	token->handle = (CK_OBJECT_HANDLE)(uintptr_t)handle;
	token->asks_each_time = token->functions->C_GetAttributeValue(token->session, token->handle, &each_time, 1) == CKR_OK && yes == CK_TRUE;
	return ERR_OK;
}

/*
 * Does the token list the mechanism, for decryption? SoftHSM tells about mechanisms that its configuration has taken off the list, so the list is
 * looked at first.
 */
static bool has_mechanism(const struct token *token, CK_MECHANISM_TYPE type)
{
	CK_MECHANISM_TYPE list[MAX_MECHANISMS];
	CK_MECHANISM_INFO info;
	CK_ULONG count = MAX_MECHANISMS;
	bool is_listed = false;

	if (token->functions->C_GetMechanismList(token->slot, list, &count) != CKR_OK)
		return false;
	for (CK_ULONG i = 0; i < count && !is_listed; i++)
		is_listed = list[i] == type;
	return is_listed && token->functions->C_GetMechanismInfo(token->slot, type, &info) == CKR_OK && (info.flags & CKF_DECRYPT) != 0;
}

/* The session is gone, or in the middle of something, and a new one may help. None of these says anything about a ciphertext. */
static bool is_session_lost(CK_RV rv)
{
	return rv == CKR_SESSION_HANDLE_INVALID || rv == CKR_SESSION_CLOSED || rv == CKR_USER_NOT_LOGGED_IN || rv == CKR_OBJECT_HANDLE_INVALID ||
		rv == CKR_KEY_HANDLE_INVALID || rv == CKR_OPERATION_ACTIVE || rv == CKR_DEVICE_REMOVED || rv == CKR_TOKEN_NOT_PRESENT ||
		rv == CKR_CRYPTOKI_NOT_INITIALIZED;
}

static CK_RV decrypt_init(struct token *token)
{
	CK_MECHANISM mechanism = { token->is_raw ? CKM_RSA_X_509 : CKM_RSA_PKCS, NULL, 0 };
	CK_RV rv = token->functions->C_DecryptInit(token->session, &mechanism, token->handle);

	if (rv == CKR_OK && token->asks_each_time)
		rv = token->functions->C_Login(token->session, CKU_CONTEXT_SPECIFIC, token->pin.ptr, token->pin.len);
	return rv;
}

/* What fails here fails for every ciphertext. */
static enum err decrypt_start(struct token *token, struct why *why)
{
	CK_RV rv = token->functions == NULL ? CKR_SESSION_CLOSED : decrypt_init(token);
	enum err e;

	if (is_session_lost(rv)) {
		if ((e = session_open(token, why)) != ERR_OK)
			return e;
		rv = decrypt_init(token);
	}
	/* The mechanism may be there, but not for this key (CKA_ALLOWED_MECHANISMS). */
	if (token->is_raw && (rv == CKR_MECHANISM_INVALID || rv == CKR_MECHANISM_PARAM_INVALID || rv == CKR_KEY_FUNCTION_NOT_PERMITTED)) {
		token->is_raw = false;
		rv = decrypt_init(token);
	}
	return rv == CKR_OK ? ERR_OK : why_set(why, ERR_KEY, "the token does not decrypt with this key (PKCS#11 error 0x%lx)", (unsigned long)rv);
}

static enum err token_decrypt(const struct key *key, const struct key_oaep *oaep, uint8_t *ciphertext, size_t modulus_len, uint8_t *out, size_t out_len,
	struct why *why)
{
	uint8_t encoded[KEY_RSA_MAX_BITS / 8] = { 0 };
	struct token *token = key->own;
	CK_ULONG len = modulus_len;
	CK_RV rv;
	enum err e;

	if ((e = decrypt_start(token, why)) != ERR_OK)
		return e;
	/* Raw RSA may just have turned out not to be there. What was begun ends with the session, of which the next decryption makes a new one. */
	if (oaep != NULL && !token->is_raw)
		return why_set(why, ERR_ALG_KEY_TRANSPORT, "the token does no raw RSA with this key");
	rv = token->functions->C_Decrypt(token->session, ciphertext, modulus_len, encoded, &len);
	if (is_session_lost(rv)) {
		e = why_set(why, ERR_KEY, "the token went away (PKCS#11 error 0x%lx)", (unsigned long)rv);
	} else if (!token->is_raw) {
		pkcs1_copy_if(((rv == CKR_OK) & (len == out_len)) != 0, encoded, out, out_len < sizeof encoded ? out_len : sizeof encoded);
	} else {
		/* Some tokens leave the zeros in front away. A number that was not computed is all zeros, which is no padding. */
		if (rv == CKR_OK && len < modulus_len) {
			memmove(encoded + (modulus_len - len), encoded, len);
			memset(encoded, 0, modulus_len - len);
		}
		e = key_take(oaep, encoded, modulus_len, out, out_len, why);
	}
	explicit_bzero(encoded, sizeof encoded);
	return e;
}

static bool token_has_oaep(const struct key *key)
{
	const struct token *token = key->own;

	return token->is_raw;
}

static const struct key_provider provider = { token_decrypt, token_has_oaep, NULL, token_free };

/* A key that decrypts gets its session now, so that the first request does not pay for it. That it may not decrypt is no error: keys of CAs only sign. */
static enum err prepare_decryption(struct token *token, struct why *why)
{
	enum err e;

	if ((e = session_open(token, why)) == ERR_OK)
		token->is_raw = has_mechanism(token, CKM_RSA_X_509);
	return e;
}

/* --- opening ---------------------------------------------------------------------------------------------------------------- */

static enum err load_module(const char *path, struct why *why)
{
	int rc;

	/* By hand: what p11-kit is configured with is then not loaded. Both calls may be made again. */
	if ((rc = gnutls_pkcs11_init(GNUTLS_PKCS11_FLAG_MANUAL, NULL)) < 0 || (rc = gnutls_pkcs11_add_provider(path, NULL)) < 0)
		return gnutls_map_error(rc, ERR_KEY, "the PKCS#11 module cannot be loaded", why);
	return ERR_OK;
}

/* The token is logged in: which private keys fit? Just one may. */
static enum err find_object(struct token *token, const char *uri, struct why *why)
{
	gnutls_pkcs11_obj_t *list = NULL;
	unsigned count = 0;
	enum err e = ERR_OK;
	int rc;

	if ((rc = gnutls_pkcs11_obj_list_import_url4(&list, &count, uri, GNUTLS_PKCS11_OBJ_FLAG_PRIVKEY)) < 0)
		return token_error(token, rc, "the token cannot be searched", why);
	if (count == 1) {
		token->object = list[0];
		gnutls_pkcs11_obj_set_pin_function(token->object, give_pin, token);
	} else {
		e = why_set(why, ERR_KEY, "%u private keys fit the pkcs11 URI, and just one must", count);
		for (unsigned i = 0; i < count; i++)
			gnutls_pkcs11_obj_deinit(list[i]);
	}
	gnutls_free(list);
	return e;
}

static enum err open_key(struct key *key, const char *uri, struct why *why)
{
	struct token *token = key->own;
	enum err e;
	int rc;

	gnutls_privkey_set_pin_function(key->handle, give_pin, token);
	if ((rc = gnutls_privkey_import_url(key->handle, uri, 0)) < 0)
		return token_error(token, rc, "the private key in the token cannot be used", why);
	if ((e = find_object(token, uri, why)) != ERR_OK || (e = key_complete(key, why)) != ERR_OK)
		return e;
	return key_get_kind(key) == KEY_KIND_RSA ? prepare_decryption(token, why) : ERR_OK;
}

enum err key_open_pkcs11(const char *uri, const struct key_token *how, struct key **out, struct why *why)
{
	static const struct key_token nothing = { NULL, NULL };
	struct buf object = { 0 }, pin_path = { 0 };
	const struct key_token *given = how == NULL ? &nothing : how;
	struct token *token = calloc(1, sizeof *token);
	struct key *key = NULL;
	enum err e;

	if (token == NULL)
		return ERR_MEMORY;
	if ((e = key_new(&provider, token, &key)) != ERR_OK || (e = key_uri_split(uri, &object, &pin_path, why)) != ERR_OK)
		goto out;
	if (given->pin_file != NULL)
		e = pin_load(token, given->pin_file, why);
	else if (pin_path.len > 0)
		e = pin_load(token, (const char *)pin_path.ptr, why);
	if (e != ERR_OK || (given->module != NULL && (e = load_module(given->module, why)) != ERR_OK))
		goto out;
	if ((e = bytes_copy_str(bytes_from_str(uri), &key->uri)) != ERR_OK || (e = open_key(key, (const char *)object.ptr, why)) != ERR_OK)
		goto out;
	*out = key;
	key = NULL;
out:
	key_free(key);
	buf_clear(&object);
	buf_clear(&pin_path);
	return e;
}
