# SPDX-License-Identifier: ISC
#
# With decomment.awk: prints file:line:code of the lines that match `re`.

FNR == 1 { in_comment = 0 }
{
	code = decomment($0)
	if (code ~ re)
		print FILENAME ":" FNR ":" code
}
