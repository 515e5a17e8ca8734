# The NDES page: through each web server it comes with its octets unchanged, at the endpoint's own path and at the root, and asks for credentials first.

# page_get URL OPTION...: prints "STATUS MEDIA-TYPE"; the page goes to WORK/page.
page_get()
{
	local url=$1
	shift
	curl -sS --max-time 60 -D "$WORK/head" -o "$WORK/page" -w '%{http_code} %{content_type}' "$@" "$url"
}

page_challenge()
{
	iconv -f UTF-16 -t UTF-8 <"$WORK/page" | sed -n 's|^.*The enrollment challenge password is: <B> \([0-9A-F]*\) </B>.*$|\1|p'
}

page_count()
{
	e2e_sql 'SELECT count(*) FROM scepgate.challenge'
}

case_run()
{
	local before url
	for url in "$MSCEP_ADMIN_URL" "$MSCEP_ADMIN_URL/" "$BASE/certsrv/mscep_admin" "$BASE/CertSrv/mscep_admin/"; do
		before=$(page_count)
		like "the page at ${url#"$BASE"}" "$(page_get "$url" -u "sandbox:$API_TOKEN")" '^200 text/html; ?charset=utf-16'
		like "the page at ${url#"$BASE"}: a challenge is cut out of it" "$(page_challenge)" '^[0-9A-F]{32}$'
		is "the page at ${url#"$BASE"}: one is minted" "$(page_count)" $((before + 1))
	done
	is "the page begins with a byte order mark" "$(head -c 2 "$WORK/page" | od -An -tx1 | tr -d ' ')" fffe
	like "nobody may keep the page" "$(tr '[:upper:]' '[:lower:]' <"$WORK/head")" 'cache-control: [^'$'\n'']*no-store'
	hand_message "$WORK/device" page.example.org page.example.org "$(page_challenge)"
	ok "the page's challenge enrols" hand_enrol "$URL" "$WORK/device"
	certificate_matches "$WORK/device" "the page" page.example.org DNS:page.example.org

	before=$(page_count)
	like "the page without credentials" "$(page_get "$MSCEP_ADMIN_URL")" '^401 '
	like "it asks for Basic" "$(tr -d '\r' <"$WORK/head" | tr '[:upper:]' '[:lower:]')" $'\n''www-authenticate: basic realm='
	unlike "it says nothing of a password" "$(tr -d '\0' <"$WORK/page")" 'password is'
	like "the page with a wrong password" "$(page_get "$MSCEP_ADMIN_URL" -u 'sandbox:sgt_0000')" '^401 '
	like "the page by POST" "$(page_get "$MSCEP_ADMIN_URL" -d "" -u "sandbox:$API_TOKEN")" '^405 '
	like "the page by PUT" "$(page_get "$MSCEP_ADMIN_URL" -X PUT -d x -u "sandbox:$API_TOKEN")" '^405 '
	page_get "$MSCEP_ADMIN_URL" -I -u "sandbox:$API_TOKEN" >/dev/null
	is "none of these mints, HEAD neither" "$(page_count)" "$before"
	like "a domain in front of the user does not matter" "$(page_get "$MSCEP_ADMIN_URL" -u "CORP\\sandbox:$API_TOKEN")" '^200 text/html'
	e2e_is_alive "after the page"
}
