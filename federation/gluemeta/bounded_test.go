package gluemeta_test

import (
	"strings"
	"testing"

	"athena-timestream/federation/gluemeta"
	"athena-timestream/internal/golden"
)

// TestBoundedAllocation: a type takes no more than a multiple of its text, however it is nested or cut off.
func TestBoundedAllocation(t *testing.T) {
	texts := []string{strings.Repeat("array<", 60) + "int", strings.Repeat("struct<a:", 60) + "int"}
	for _, piece := range []string{"a", "array<", "struct<a:", "map<int,", "<", ">", ",", ":", "(", "decimal(", `\`, " ", "int,", "a:int,", "a:struct<b:int>,"} {
		long := strings.Repeat(piece, 1<<18/len(piece))
		texts = append(texts, long, "struct<"+long, "array<"+long, "decimal("+long, "struct<a:int,"+long+"a:int>")
	}
	for _, v := range vectors(t) {
		texts = append(texts, v.GlueType)
	}
	for _, text := range texts {
		golden.Bounded(t, text[:min(len(text), 40)], len(text), 300, func() { _, _ = gluemeta.ParseType("c", text) })
	}
}
