-- What every view and its columns are for.

COMMENT ON VIEW scepgate.applications IS 'Applications.';
COMMENT ON VIEW scepgate.cas IS 'Certificate authorities.';
COMMENT ON VIEW scepgate.ca_certificates IS 'CA certificates, for publication.';
COMMENT ON VIEW scepgate.policies IS 'Policies.';
COMMENT ON VIEW scepgate.policy_rules IS 'Rules of policies, in the order in which they were added by id.';
COMMENT ON VIEW scepgate.profiles IS 'Profiles.';
COMMENT ON VIEW scepgate.endpoints IS 'Endpoints: where devices enrol.';
COMMENT ON VIEW scepgate.ra_certificates IS 'RA certificates of endpoints.';
COMMENT ON VIEW scepgate.static_challenges IS 'Static challenges of endpoints, without their hashes.';
COMMENT ON VIEW scepgate.challenges IS 'Dynamic challenges of endpoints, without their hashes.';
COMMENT ON VIEW scepgate.api_tokens IS 'API tokens, without their hashes.';
COMMENT ON VIEW scepgate.approval_rules IS 'Rules by which requests wait for an operator.';
COMMENT ON VIEW scepgate.throttles IS 'Wrong challenges and refusals, by endpoint and network.';
COMMENT ON VIEW scepgate.certificates IS 'Issued certificates.';
COMMENT ON VIEW scepgate.certificate_files IS 'Issued certificates and their requests, DER.';
COMMENT ON VIEW scepgate.certificate_counters IS 'How many certificates each application has of each profile. Days decide and are those of UTC: what ends today is active. Read from sums, not by counting certificates.';
COMMENT ON VIEW scepgate.transactions IS 'Enrolments as devices see them.';
COMMENT ON VIEW scepgate.next_cas IS 'The next certificates of CAs, as GetNextCACert gives them out.';
COMMENT ON VIEW scepgate.ca_requests IS 'CAs of ours that wait for a certificate that another one signs.';
COMMENT ON VIEW scepgate.private_keys IS 'Private keys and what uses them; not the keys themselves.';
COMMENT ON VIEW scepgate.crls IS 'Certificate revocation lists.';
COMMENT ON VIEW scepgate.crl_files IS 'Certificate revocation lists, DER.';
COMMENT ON VIEW scepgate.audit_events IS 'The audit trail.';

DO $comments$
DECLARE
	c record;
BEGIN
	-- A column that a view takes from a table says what the table says, unless it is named below.
	FOR c IN SELECT v.relname AS view, a.attname AS col, coalesce(w.comment, s.comment) AS comment
		FROM pg_class v JOIN pg_attribute a ON a.attrelid = v.oid AND a.attnum > 0
		LEFT JOIN (VALUES
			('applications', 'application'), ('cas', 'ca'), ('ca_certificates', 'ca'), ('policies', 'policy'), ('policy_rules', 'policy_rule'), ('profiles', 'profile'),
			('endpoints', 'endpoint'), ('ra_certificates', 'ra_certificate'), ('static_challenges', 'static_challenge'), ('certificates', 'certificate'),
			('certificate_files', 'certificate'), ('certificate_counters', 'certificate_count'), ('transactions', 'transaction'), ('audit_events', 'audit_event'),
			('challenges', 'challenge'), ('api_tokens', 'api_token'), ('approval_rules', 'approval_rule'), ('throttles', 'throttle'),
			('next_cas', 'ca_next'), ('ca_requests', 'ca_request'), ('private_keys', 'private_key'), ('crls', 'crl'), ('crl_files', 'crl')) AS source (view, tab) ON source.view = v.relname
		LEFT JOIN LATERAL (SELECT col_description(t.attrelid, t.attnum) AS comment FROM pg_attribute t
			WHERE t.attrelid = format('scepgate.%I', source.tab)::regclass AND t.attname = a.attname AND NOT t.attisdropped) AS s ON true
		LEFT JOIN (VALUES
			('applications', 'endpoints', 'How many endpoints it has.'),
			('cas', 'issuer', 'Name of the CA above it, if it is known here.'),
			('cas', 'key', 'Where its key is: pkcs8 (here, encrypted), pkcs11 (in a token), none.'),
			('cas', 'sha256', 'SHA-256 fingerprint of the certificate.'),
			('cas', 'profiles', 'How many profiles use it.'),
			('ca_certificates', 'issuer', 'Name of the CA above it, if it is known here.'),
			('policies', 'rules', 'How many rules it has.'),
			('policies', 'profiles', 'How many profiles use it.'),
			('policy_rules', 'policy', 'Name of the policy.'),
			('profiles', 'ca', 'Name of the CA that signs.'),
			('profiles', 'policy', 'Name of the policy that decides.'),
			('profiles', 'endpoints', 'How many applications it is attached to.'),
			('endpoints', 'application', 'Name of the application.'),
			('endpoints', 'profile', 'Name of the profile.'),
			('endpoints', 'ca', 'Name of the CA that signs.'),
			('endpoints', 'policy', 'Name of the policy that decides.'),
			('endpoints', 'active', 'Does it answer? True when endpoint, application and CA are all enabled.'),
			('endpoints', 'challenges', 'How many static challenges open it now.'),
			('endpoints', 'replay_window_seconds', 'How long the same request gets the same certificate again.'),
			('endpoints', 'ra_not_after', 'When its current RA certificate ends.'),
			('endpoints', 'pending_lifetime_seconds', 'How long a request waits for an operator; counted anew for the device when it is approved.'),
			('endpoints', 'pending', 'How many requests wait for an operator now.'),
			('endpoints', 'dynamic_challenges', 'How many dynamic challenges are pending: neither spent nor expired.'),
			('ra_certificates', 'application', 'Name of the application.'),
			('ra_certificates', 'profile', 'Name of the profile.'),
			('ra_certificates', 'key', 'Where its key is: pkcs8 (here, encrypted) or pkcs11 (in a token).'),
			('ra_certificates', 'sha256', 'SHA-256 fingerprint of the certificate.'),
			('static_challenges', 'application', 'Name of the application.'),
			('static_challenges', 'profile', 'Name of the profile.'),
			('static_challenges', 'expired', 'True when it opens nothing any more.'),
			('certificates', 'serial', 'Serial number, hexadecimal.'),
			('certificates', 'application', 'Name of the application that it belongs to; null for that of a subordinate CA.'),
			('certificates', 'profile', 'Name of the profile; null for that of a subordinate CA.'),
			('certificates', 'ca', 'Name of the CA that signed it.'),
			('certificates', 'state', 'valid, expired, not yet valid or revoked.'),
			('certificates', 'revocation', 'Why it was revoked: CRLReason of RFC 5280 section 5.3.1, by name.'),
			('certificates', 'lineage', 'The certificate that it goes back to through its renewals; its own number when it is no renewal.'),
			('certificates', 'renewals_stopped', 'True when no certificate of its lineage can be renewed any more.'),
			('certificate_files', 'serial', 'Serial number, hexadecimal.'),
			('certificate_files', 'application', 'Name of the application that it belongs to; null for that of a subordinate CA.'),
			('certificate_files', 'ca', 'Name of the CA that signed it.'),
			('certificate_files', 'certificate', 'The certificate, DER.'),
			('certificate_files', 'csr', 'The request as it was asked, with the challenge overwritten and without its signature.'),
			('transactions', 'application', 'Name of the application.'),
			('transactions', 'profile', 'Name of the profile.'),
			('certificate_counters', 'application', 'Name of the application.'),
			('certificate_counters', 'profile', 'Name of the profile.'),
			('certificate_counters', 'total', 'All that are recorded: active, expired and revoked ones.'),
			('certificate_counters', 'active', 'Neither revoked nor expired.'),
			('certificate_counters', 'expiring', 'Active, and ending within thirty days.'),
			('certificate_counters', 'expired', 'Expired, and were not revoked.'),
			('certificate_counters', 'revoked', 'Revoked, expired or not.'),
			('audit_events', 'token', 'Name of the API token that the caller showed; null where none was used.'),
			('transactions', 'transaction_id', 'transactionID as text; 0x and hexadecimal when it is not printable.'),
			('transactions', 'serial', 'Serial number of the certificate that this request got, hexadecimal.'),
			('transactions', 'repeatable_until', 'Until then the same request gets the same certificate again; null when it has none.'),
			('transactions', 'state', 'issued; pending: waits for an operator; approved: gets its certificate when the device asks next; denied; expired: the device must ask anew.'),
			('challenges', 'application', 'Name of the application.'),
			('challenges', 'profile', 'Name of the profile.'),
			('challenges', 'state', 'live, spent, or expired, which a revoked one is too.'),
			('challenges', 'token', 'Name of the API token that it was minted with; null when an administrator did.'),
			('api_tokens', 'endpoints', 'What it may mint challenges for, as APPLICATION/PROFILE.'),
			('api_tokens', 'state', 'live, expired or revoked.'),
			('approval_rules', 'application', 'Name of the application.'),
			('approval_rules', 'profile', 'Name of the profile.'),
			('throttles', 'application', 'Name of the application.'),
			('throttles', 'profile', 'Name of the profile.'),
			('throttles', 'blocked', 'True while static challenges from there are not looked at.'),
			('throttles', 'wrong_challenges', 'How many different wrong challenges came since attempts_since.'),
			('next_cas', 'ca', 'Name of the CA.'),
			('next_cas', 'key', 'Where its key is: pkcs8 (here, encrypted), pkcs11 (in a token), none.'),
			('next_cas', 'sha256', 'SHA-256 fingerprint of the certificate.'),
			('ca_requests', 'key', 'Where its key is: pkcs8 (here, encrypted) or pkcs11 (in a token).'),
			('ca_requests', 'spki_sha256', 'SHA-256 of its SubjectPublicKeyInfo.'),
			('private_keys', 'spki_sha256', 'SHA-256 of its SubjectPublicKeyInfo.'),
			('private_keys', 'used_by', 'The CAs, next CAs, requests of CAs and RA certificates that it belongs to.'),
			('crls', 'ca', 'Name of the CA that signed it.'),
			('crls', 'octets', 'Length of the CRL.'),
			('crl_files', 'ca', 'Name of the CA that signed it.'),
			('crl_files', 'crl', 'The CRL, DER.')
		) AS w (view, col, comment) ON w.view = v.relname AND w.col = a.attname
		WHERE v.relnamespace = 'scepgate'::regnamespace AND v.relkind = 'v'
	LOOP
		EXECUTE format('COMMENT ON COLUMN scepgate.%I.%I IS %L', c.view, c.col, c.comment);
	END LOOP;
END
$comments$;
