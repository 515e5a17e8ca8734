#include <config.h>

#include "service/endpoint_preset.h"

#include <string.h>

#include "store/admin.h"
#include "store/view.h"

#define AES "aes128-cbc,aes192-cbc,aes256-cbc"
#define SHA2 "sha256,sha512,sha384"
#define RSA "rsa-2048,rsa-3072,rsa-4096"

#define PRESET(name_, clients_, ciphers_, digests_, keys_, ca_certs_, include_chain_, include_root_, append_chain_, password_recipient_, \
	signer_key_must_match_, renewal_, renewal_identity_) \
	{ .name = (name_), .clients = (clients_), .setting = { \
		{ "allowed_ciphers", (ciphers_) }, { "allowed_digests", (digests_) }, { "allowed_keys", (keys_) }, { "ca_certs", (ca_certs_) }, \
		{ "include_chain", (include_chain_) }, { "include_root", (include_root_) }, { "append_chain", (append_chain_) }, \
		{ "password_recipient", (password_recipient_) }, { "signer_key_must_match", (signer_key_must_match_) }, { "renewal", (renewal_) }, \
		{ "renewal_identity", (renewal_identity_) } } }

/* In the order of ENDPOINT_PRESET_NAMES. After the algorithms: who stands first in GetCACert; with CA and chain; with root; CertRep with chain; password; then the rules
 * of enrolment: signer with the same key; renewal; its names. */
static const struct endpoint_preset presets[] = {
	PRESET("apple", "iOS, iPadOS, macOS, tvOS", AES ",des3-cbc", SHA2 ",sha1", RSA, "ra", "true", "true", "false", "false", "false", "true", "same"),
	PRESET("windows", "Windows 10 and later, without Intune", AES ",des3-cbc", SHA2 ",sha1", RSA, "ra", "true", "true", "false", "false", "false", "true", "same"),
	PRESET("intune", "Windows, Android and Apple devices managed by Microsoft Intune", AES ",des3-cbc", SHA2 ",sha1", RSA, "ra", "true", "true", "false", "false", "false", "false", "same"),
	PRESET("jamf", "Jamf Pro as a proxy, and the Apple devices that it manages", AES ",des3-cbc", SHA2 ",sha1", RSA, "ra", "true", "true", "false", "false", "false", "true", "same"),
	PRESET("cisco-ios", "Cisco IOS 15, IOS XE", AES ",des3-cbc", SHA2 ",sha1", RSA ",rsa-other", "ra", "true", "true", "false", "false", "false", "true", "unstructured"),
	PRESET("cisco-legacy", "Cisco IOS 12 and the Cisco VPN client", AES ",des3-cbc,des-cbc", SHA2 ",sha1,md5", RSA ",rsa-other", "ra", "true", "true", "true", "false", "false", "true", "unstructured"),
	PRESET("juniper", "Junos on SRX and other Juniper devices", AES ",des3-cbc", SHA2 ",sha1", RSA, "ra", "true", "true", "false", "false", "false", "true", "same"),
	PRESET("mikrotik", "MikroTik RouterOS", AES ",des3-cbc", SHA2 ",sha1", RSA ",rsa-other", "ra", "true", "true", "false", "false", "false", "true", "same"),
	PRESET("strict-rfc8894", "clients that meet RFC 8894, any key type", AES, SHA2, RSA ",rsa-other,ec-p256,ec-p384,ec-p521,ed25519", "ra", "true", "true", "false",
		"true", "true", "true", "same"),
};

const struct endpoint_preset *endpoint_preset_get(size_t number)
{
	return number < sizeof presets / sizeof presets[0] ? &presets[number] : NULL;
}

const struct endpoint_preset *endpoint_preset_find(const char *name)
{
	for (size_t i = 0; i < sizeof presets / sizeof presets[0]; i++)
		if (strcmp(presets[i].name, name) == 0)
			return &presets[i];
	return NULL;
}

static enum err compare(struct service *service, const char *application, const char *profile, const struct endpoint_preset *preset,
	endpoint_preset_report *report, void *context, struct why *why)
{
	struct view_filter filters[] = { { "application", application }, { "profile", profile } };
	struct rowset rows = { 0 };
	enum err e;

	if ((e = view_read(service->store, VIEW_ENDPOINT, filters, 2, 1, &rows, why)) != ERR_OK)
		return e;
	if (rows.row_count == 0)
		e = why_set(why, ERR_NOT_FOUND, "there is no endpoint \"%s/%s\"", application, profile);
	for (size_t i = 0; e == ERR_OK && i < ENDPOINT_PRESET_SETTINGS; i++) {
		const struct endpoint_preset_setting *setting = &preset->setting[i];
		const char *before = rowset_find(&rows, 0, setting->name);

		if (before == NULL)
			e = why_set(why, ERR_DB_SCHEMA, "the view of endpoints has no %s", setting->name);
		else if (strcmp(before, setting->value) != 0)
			report(context, setting->name, before, setting->value);
	}
	rowset_clear(&rows);
	return e;
}

enum err endpoint_preset_apply(struct service *service, const char *application, const char *profile, const struct endpoint_preset *preset,
	bool is_dry_run, endpoint_preset_report *report, void *context, struct why *why)
{
	struct admin_argument argument[ENDPOINT_PRESET_SETTINGS + 2] = { { "application", bytes_from_str(application) }, { "profile", bytes_from_str(profile) } };
	enum err e = compare(service, application, profile, preset, report, context, why);

	if (e != ERR_OK || is_dry_run)
		return e;
	for (size_t i = 0; i < ENDPOINT_PRESET_SETTINGS; i++)
		argument[i + 2] = (struct admin_argument){ preset->setting[i].name, bytes_from_str(preset->setting[i].value) };
	return admin_call(service->store, ADMIN_ENDPOINT_ALTER, argument, sizeof argument / sizeof argument[0], NULL, why);
}
