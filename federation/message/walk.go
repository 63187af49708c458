package message

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
)

// maxNesting is how deep a message may nest: far more than a query has, and far less than what exhausts a stack.
const maxNesting = 500

// walker carries one message through its fields, in their order on the wire. A message's walk method names each field
// once, and serves both directions: encoding, the walker writes the field's value; decoding, it reads it.
//
// The first error stays and turns all that follows into nothing.
type walker struct {
	out *writer // encoding; nil while decoding
	in  *reader // decoding; nil while encoding

	// The versions that the message can be of. Encoding, there is one; decoding, each field that comes or does not come
	// with a certain version narrows them.
	lowest, highest Version

	path    []string // names of the fields that are open, for errors
	nesting int
	err     error

	schemas map[string]*arrow.Schema // decoded ones of value blocks, by their bytes: they repeat a lot
	encoded encodedSchema            // the value block's schema that was encoded last
}

// fault is an error at a place in a message.
type fault struct {
	path  string
	shape bool // tokens are not those of any version: what makes the Java SDK try another version
	cause error
}

func (f *fault) Error() string {
	if f.path == "" {
		return f.cause.Error()
	}
	return f.path + ": " + f.cause.Error()
}

func (f *fault) Unwrap() error { return f.cause }

func (w *walker) fault(shape bool, err error) {
	if w.err == nil {
		w.err = &fault{path: strings.ReplaceAll(strings.Join(w.path, "."), ".[", "["), shape: shape, cause: err}
	}
}

// fail records that a value is wrong.
func (w *walker) fail(format string, args ...any) { w.fault(false, fmt.Errorf(format, args...)) }

// misshapen records that another token was due.
func (w *walker) misshapen(format string, args ...any) { w.fault(true, fmt.Errorf(format, args...)) }

func (w *walker) decoding() bool { return w.in != nil }

// version is the one being encoded, or the highest that is still possible.
func (w *walker) version() Version { return w.highest }

// peek gives the next token, nil after an error.
func (w *walker) peek() json.Token {
	if w.err != nil {
		return nil
	}
	token, err := w.in.peek()
	if err != nil {
		w.fault(false, err)
	}
	return token
}

func (w *walker) take() json.Token {
	token := w.peek()
	if w.err == nil {
		w.in.peeked = false
	}
	return token
}

// delim takes one of the four brackets.
func (w *walker) delim(d json.Delim) bool {
	if token := w.take(); w.err == nil && token != d {
		w.misshapen("expected %q, found %s", d.String(), describe(token))
	}
	return w.err == nil
}

// more reports whether the object or array that is open has a further member. It does not tell which.
func (w *walker) more() bool {
	token := w.peek()
	return w.err == nil && token != json.Delim('}') && token != json.Delim(']')
}

// comes reports whether the next member has this name, while decoding.
func (w *walker) comes(name string) bool {
	token := w.peek()
	return w.err == nil && token == name
}

// since reports whether a field that came with a feature is there: encoding, if the version has the feature; decoding,
// if the field comes next, and then the feature's version is the least that the message can have.
func (w *walker) since(f feature, name string) bool {
	if w.err != nil {
		return false
	}
	if !w.decoding() {
		return w.version().has(f)
	}
	if w.lowest.has(f) || w.highest.has(f) && w.comes(name) {
		w.lowest = max(w.lowest, Version(f))
		return true
	}
	w.highest = min(w.highest, Version(f)-1)
	return false
}

// require makes a message one that only versions with a feature have.
func (w *walker) require(f feature) {
	if !w.highest.has(f) {
		w.fail("serde version %d does not have this message (%d and later do)", w.highest, f)
	}
	w.lowest = max(w.lowest, Version(f))
}

// field visits a member of any kind.
func (w *walker) field(name string, visit func()) {
	if w.err != nil {
		return
	}
	if w.decoding() {
		if token := w.take(); w.err == nil && token != name {
			w.misshapen("expected field %q, found %s", name, describe(token))
		}
	} else {
		w.out.name(name)
	}
	w.at(name, visit)
}

// at visits a value whose place in the message has a name.
func (w *walker) at(name string, visit func()) {
	if w.err != nil {
		return
	}
	w.path = append(w.path, name)
	visit()
	w.path = w.path[:len(w.path)-1]
}

// null passes a null: encoding, it writes one if isNull; decoding, it takes one if there is one. It reports whether it did.
func (w *walker) null(isNull bool) bool {
	switch {
	case w.err != nil:
		return true
	case !w.decoding():
		if isNull {
			w.out.null()
		}
		return isNull
	case w.peek() == nil:
		w.take()
		return true
	}
	return false
}

// notNull makes null an error.
func (w *walker) notNull(isNull bool) bool {
	if w.err == nil && (w.decoding() && w.peek() == nil || !w.decoding() && isNull) {
		w.fail("must not be null")
	}
	return w.err == nil
}

// braces visits the inside of an object that has no members but those visited.
func (w *walker) braces(visit func()) { w.brackets('{', '}', visit) }

func (w *walker) brackets(open, end json.Delim, visit func()) {
	if w.err != nil {
		return
	}
	if w.nesting++; w.nesting > maxNesting {
		w.fail("nested deeper than %d levels", maxNesting)
		return
	}
	if w.decoding() {
		if w.delim(open) {
			visit()
			w.delim(end)
		}
	} else {
		w.out.open(byte(open))
		visit()
		w.out.close(byte(end))
	}
	w.nesting--
}

// object visits a member that is an object with fixed fields and must not be null.
func (w *walker) object(name string, visit func()) {
	w.field(name, func() {
		if w.notNull(false) {
			w.braces(visit)
		}
	})
}

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
			w.misshapen("expected a string, found %s", describe(t))
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
	*p = int(n)
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
		w.fail("%q is not a whole number of 64 bits", text)
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
				w.misshapen("expected true or false, found %s", describe(t))
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
