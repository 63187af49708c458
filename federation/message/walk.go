package message

import (
	"encoding/json"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/redact"
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
func (w *walker) fail(format string, args ...any) { w.fault(false, redact.Errorf(format, args...)) }

// misshapen records that another token was due.
func (w *walker) misshapen(format string, args ...any) { w.fault(true, redact.Errorf(format, args...)) }

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
		found := redact.Data(describe(token)) // the name of a member that is not due
		if d != '}' {
			found = redact.Data(kindOf(token))
		}
		w.misshapen("expected %q, found %s", d.String(), found)
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
			w.misshapen("expected field %q, found %s", name, redact.Data(describe(token)))
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
