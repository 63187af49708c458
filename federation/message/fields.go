package message

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"athena-timestream/federation/redact"
)

// text passes a string that must not be null. Numbers and booleans are read as their literal text.
func (w *walker) text(name string, p *string) {
	w.field(name, func() {
		if w.notNull(false) {
			w.textValue(p)
		}
	})
}

func (w *walker) textValue(p *string) {
	if !w.decoding() {
		w.out.text(*p)
		return
	}
	switch t := w.take().(type) {
	case string:
		*p = t
	case json.Number:
		*p = t.String()
	case bool:
		*p = strconv.FormatBool(t)
	default:
		if w.err == nil {
			w.misshapen("expected a string, found %s", kindOf(t))
		}
	}
}

// nulls remembers which strings of a struct were null on the wire, one bit each: Go has no word for it.
type nulls uint8

// textOrNull passes a string that reads as empty when it is null. The bit of seen keeps the difference.
func (w *walker) textOrNull(name string, p *string, seen *nulls, bit nulls) {
	w.field(name, func() {
		if w.null(*p == "" && *seen&bit != 0) {
			if w.decoding() {
				*p = ""
				*seen |= bit
			}
			return
		}
		w.textValue(p)
	})
}

// optText passes a string that may be null.
func (w *walker) optText(name string, p **string) {
	w.field(name, func() {
		if w.null(*p == nil) {
			return
		}
		if w.decoding() {
			*p = new(string)
		}
		w.textValue(*p)
	})
}

// integer passes a number. A string that holds one is read too.
func (w *walker) integer(name string, p *int64) {
	w.field(name, func() {
		if !w.decoding() {
			w.out.integer(*p)
			return
		}
		var text string
		w.textValue(&text)
		w.parseInt(text, p)
	})
}

// count passes an int.
func (w *walker) count(name string, p *int) {
	n := int64(*p)
	w.integer(name, &n)
	if w.decoding() {
		*p = int(n)
	}
}

// integerText passes a number that is a string on the wire. A number is read too.
func (w *walker) integerText(name string, p *int64) {
	w.field(name, func() {
		text := strconv.FormatInt(*p, 10)
		w.textValue(&text)
		w.parseInt(text, p)
	})
}

func (w *walker) parseInt(text string, p *int64) {
	if w.err != nil || !w.decoding() {
		return
	}
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil {
		w.fail("%q is not a whole number of 64 bits", redact.Data(text))
		return
	}
	*p = n
}

// boolean passes a boolean. The strings "true" and "false" are read too.
func (w *walker) boolean(name string, p *bool) {
	w.field(name, func() {
		if !w.decoding() {
			w.out.boolean(*p)
			return
		}
		switch t := w.take(); t {
		case true, "true":
			*p = true
		case false, "false":
			*p = false
		default:
			if w.err == nil {
				w.misshapen("expected true or false, found %s", kindOf(t))
			}
		}
	})
}

// bytes passes bytes in base64.
func (w *walker) bytes(name string, p *[]byte) {
	w.field(name, func() {
		if w.notNull(false) {
			w.base64(p)
		}
	})
}

func (w *walker) base64(p *[]byte) {
	if !w.decoding() {
		w.out.base64(*p)
		return
	}
	text, ok := w.take().(string)
	if w.err != nil {
		return
	}
	if !ok {
		w.misshapen("expected a string in base64")
		return
	}
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		w.fail("not valid base64: %w", err)
		return
	}
	*p = b
}

// list passes an array. A nil slice is an empty array; an array that is read is never nil.
func list[T any](w *walker, name string, p *[]T, elem func(*T)) {
	w.field(name, func() { listValue(w, p, elem) })
}

func listValue[T any](w *walker, p *[]T, elem func(*T)) {
	w.brackets('[', ']', func() {
		if w.decoding() {
			*p = []T{}
		}
		for i := 0; w.decoding() && w.more() || !w.decoding() && i < len(*p); i++ {
			if w.decoding() {
				*p = append(*p, *new(T))
			}
			w.at("["+strconv.Itoa(i)+"]", func() {
				if w.notNull(false) {
					elem(&(*p)[i])
				}
			})
			if w.err != nil {
				return
			}
		}
	})
}

// texts passes an array of strings.
func (w *walker) texts(name string, p *[]string) { list(w, name, p, w.textValue) }

// textMap passes an object from string to string: written in the order of its names, so that output is the same each
// time; read in any order. A null value reads as no entry. What is read is never nil.
func (w *walker) textMap(name string, p *map[string]string) {
	w.field(name, func() {
		w.braces(func() {
			if !w.decoding() {
				for _, k := range slices.Sorted(maps.Keys(*p)) {
					w.out.name(k)
					w.out.text((*p)[k])
				}
				return
			}
			*p = map[string]string{}
			w.members(func(key string) {
				var value string
				if !w.null(false) {
					w.textValue(&value)
					(*p)[key] = value
				}
			})
		})
	})
}

// members reads the members of an object with free names.
func (w *walker) members(visit func(name string)) {
	for w.more() {
		name, _ := w.take().(string)
		w.at(name, func() { visit(name) })
	}
}

// discriminator passes the "@type" of one of several objects.
func (w *walker) discriminator(kind *string) { w.text("@type", kind) }

// unique makes it an error if two elements have the same name.
func unique[T any](w *walker, elems []T, name func(T) string) {
	seen := make(map[string]bool, len(elems))
	for _, e := range elems {
		if n := name(e); seen[n] {
			w.fail("%q comes twice", n)
		} else {
			seen[n] = true
		}
	}
}
