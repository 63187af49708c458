package tswire

import (
	"encoding/json"
	"unicode/utf8"
)

// AppendJSON writes a JSON string.
func AppendJSON(dst []byte, s string) []byte {
	plain := true
	for i := 0; i < len(s) && plain; i++ {
		c := s[i]
		plain = c >= 0x20 && c < utf8.RuneSelf && c != '"' && c != '\\'
	}
	if plain {
		return append(append(append(dst, '"'), s...), '"')
	}
	text, _ := json.Marshal(s) // a string always marshals
	return append(dst, text...)
}
