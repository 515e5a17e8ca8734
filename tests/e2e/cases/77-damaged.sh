# A good message cut at every byte, random octets, and a good message with one octet changed. Nothing but errors, and a live worker.
# As plain CGI every request is a process of its own, so there not every byte is tried.

case_run()
{
	local out=$WORK/damaged step=1 before counts size
	[ "$PERSISTENT" = yes ] || step=41
	hand_message "$out" damaged.example.org '' "$CHALLENGE"
	size=$(stat -c %s "$out.msg")
	before=$(e2e_issued)
	counts=$("$SCEPGATE_SRCDIR/tests/support/http_send.pl" "$URL?operation=PKIOperation" truncate "$out.msg" $step)
	is "every prefix of a message is 400" "$counts" "$(((size - 2 + step) / step)) 400 text/plain"
	counts=$("$SCEPGATE_SRCDIR/tests/support/http_send.pl" "$URL?operation=PKIOperation" random $((200 / step + 5)) 8894)
	is "random octets are 400" "$counts" "$((200 / step + 5)) 400 text/plain"
	is "damaged messages issued nothing" "$(e2e_issued)" "$before"
	# The signer's certificate has no signature of ours, so some changes in it may be answered by SUCCESS; but the key that is certified is the CSR's.
	counts=$("$SCEPGATE_SRCDIR/tests/support/http_send.pl" "$URL?operation=PKIOperation" flip "$out.msg" $((step * 7)))
	is "a changed octet is 400, or answered by a CertRep" "$(sed -E 's/^[0-9]+ //' <<<"$counts" | grep -vxE '400 text/plain|200 application/x-pki-message')" ""
	is "only the key of the request was certified" "$(e2e_sql "SELECT DISTINCT encode(spki_sha256, 'hex') FROM scepgate.certificate WHERE subject LIKE '%damaged%'")" \
		"$(openssl pkey -in "$out.key" -pubout -outform DER | sha256sum | cut -d ' ' -f 1)"
	e2e_is_alive "after damaged messages"
}
