# Checks the #include lines of the sources against the layers. Input: lines "FILE:LINE:TEXT" as grep -n prints them, FILE being
# relative to the top of the tree. Output: one line for each violation, nothing when all is well.

BEGIN {
	# What a folder may include from, beside itself. Transitive use is spelled out: a layer that may not be named is not there.
	may["src/base"] = ""
	may["src/conf"] = "base"
	may["src/pki"] = "base"
	may["src/scep"] = "pki base"
	may["src/policy"] = "pki base"
	may["src/store"] = "scep policy pki conf base"
	may["src/service"] = "store scep policy pki conf base"
	may["src/web"] = "service store scep policy pki conf base"
	may["src/ctl"] = "service store scep policy pki conf base"
	may["cgi-bin"] = "web service store scep policy pki conf base"

	# Foreign headers: where each is at home, as a pattern of file names; and whether one file of a folder alone may know it.
	home["gnutls/"] = "^src/pki/"
	home["libtasn1.h"] = "^src/pki/"
	home["p11-kit/"] = "^src/pki/key_token[.]c$"
	home["libpq-fe.h"] = "^src/store/db[.]c$"
	home["fcgi"] = "^src/web/[^/]*[.]c$"
	home["curl/"] = "^src/ctl/[^/]*[.]c$"
	home["jansson.h"] = "^src/(ctl|web)/[^/]*[.]c$"
	home["expat.h"] = "^src/web/[^/]*[.]c$"
	home["ini.h"] = "^src/conf/[^/]*[.]c$"
	home["crypt.h"] = "^src/base/password[.]c$"
	home["openssl/"] = "^src/pki/key_libcrypto[.]c$"
	alone["fcgi"] = alone["curl/"] = alone["jansson.h"] = alone["expat.h"] = alone["ini.h"] = 1
}

function folder_of(file) {
	sub(/\/[^\/]*$/, "", file)
	return file
}

function complain(text) {
	print file ":" line ": " text
}

# An include of ours: "layer/module.h".
function check_own(name,    from, layer) {
	from = folder_of(file)
	if (name !~ /\//) {
		complain("\"" name "\" is not rooted at src/")
		return
	}
	layer = folder_of(name)
	if (from == "src/" layer)
		return
	if (!(from in may))
		complain("the folder " from " is not a known layer")
	else if (index(" " may[from] " ", " " layer " ") == 0)
		complain(from " must not know \"" name "\"")
}

function check_foreign(name,    prefix, key) {
	for (prefix in home) {
		if (index(name, prefix) != 1)
			continue
		if (file !~ home[prefix])
			complain("<" name "> is not at home here")
		else if (prefix in alone) {
			key = prefix " " folder_of(file)
			if (key in seen && seen[key] != file)
				complain("<" name "> is known to " seen[key] " already")
			seen[key] = file
		}
	}
}

{
	split($0, part, ":")
	file = part[1]
	line = part[2]
	text = substr($0, length(file) + length(line) + 3)
	if (text ~ /^[ \t]*#[ \t]*include[ \t]*"/) {
		match(text, /"[^"]*"/)
		check_own(substr(text, RSTART + 1, RLENGTH - 2))
	} else if (text ~ /^[ \t]*#[ \t]*include[ \t]*</) {
		match(text, /<[^>]*>/)
		check_foreign(substr(text, RSTART + 1, RLENGTH - 2))
	} else if (text ~ /^[ \t]*#[ \t]*include/)
		complain("an include that is neither \"…\" nor <…>")
}
