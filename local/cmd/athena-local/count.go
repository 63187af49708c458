package main

import (
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// count is a number with its noun, thousands set apart.
func count(n int64, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return message.NewPrinter(language.English).Sprintf("%d %s", n, noun)
}
