package translate

import "testing"

func TestQuoteText(t *testing.T) {
	for text, want := range map[string]string{
		"": "''", "it's": "'it''s'", "a\x00'b": "('a' || chr(0) || '''b')", "\x00": "('' || chr(0) || '')",
	} {
		if got := quoteText(text); got != want {
			t.Errorf("quoteText(%q) is %s, want %s", text, got, want)
		}
	}
}
