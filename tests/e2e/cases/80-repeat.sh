# The same request again gets the same certificate, freshly enveloped; also when the copies race.

case_run()
{
	local out=$WORK/repeat before pids= i statuses
	before=$(e2e_issued)
	hand_message "$out" repeat.example.org repeat.example.org "$CHALLENGE"
	ok "the first request enrols" hand_enrol "$URL" "$out"
	cp "$out.crt" "$out.first"
	cp "$out.rep" "$out.first-rep"
	ok "the second request is answered" hand_enrol "$URL" "$out"
	ok "the second gets the same certificate" cmp "$out.crt" "$out.first"
	ok "the second reply is a fresh one" test "$(sha256sum <"$out.rep")" != "$(sha256sum <"$out.first-rep")"
	is "one certificate is recorded" "$(e2e_issued)" $((before + 1))

	out=$WORK/race
	hand_message "$out" race.example.org race.example.org "$CHALLENGE"
	for i in 1 2 3 4 5 6 7 8; do
		hand_post "$URL" "$out.msg" "$out.$i.rep" >"$out.$i.status" &
		pids="$pids $!"
	done
	wait $pids
	statuses=$(sort -u "$out".?.status)
	is "eight at once are all answered" "$statuses" '200 application/x-pki-message'
	for i in 1 2 3 4 5 6 7 8; do
		reply_certificates "$out.$i.rep" "$out" >"$out.$i.crt"
	done
	is "all eight get the same certificate" "$(sha256sum "$out".?.crt | cut -d ' ' -f 1 | sort -u | wc -l)" 1
	is "one certificate is recorded for the eight" "$(e2e_issued)" $((before + 2))
	cp "$out.1.crt" "$out.crt"
	certificate_matches "$out" "the certificate of the race" race.example.org DNS:race.example.org
}
