package message

import "errors"

// Message is one of the protocol's requests and responses: a pointer to one of this package's structs.
type Message interface {
	// Kind is the message's name on the wire, its "@type".
	Kind() string
}

// Request is a message that asks.
type Request interface {
	Message
	// Head gives the fields that all requests have, to read or to change.
	Head() *Header
}

// walkable is a message as this package sees it.
type walkable interface {
	Message
	// walk passes the fields after "@type", in the order of the wire.
	walk(w *walker)
}

// newMessage gives an empty message of a kind, or nil if there is no such kind.
func newMessage(kind string) walkable {
	for _, m := range []walkable{
		&PingRequest{}, &PingResponse{},
		&ListSchemasRequest{}, &ListSchemasResponse{},
		&ListTablesRequest{}, &ListTablesResponse{},
		&GetTableRequest{}, &GetTableResponse{},
		&GetTableLayoutRequest{}, &GetTableLayoutResponse{},
		&GetSplitsRequest{}, &GetSplitsResponse{},
		&GetDataSourceCapabilitiesRequest{}, &GetDataSourceCapabilitiesResponse{},
		&ReadRecordsRequest{}, &ReadRecordsResponse{}, &RemoteReadRecordsResponse{},
		&UserDefinedFunctionRequest{}, &UserDefinedFunctionResponse{},
	} {
		if m.Kind() == kind {
			return m
		}
	}
	return nil
}

// Decode reads a message and finds the version it is of: the highest whose fields are those of the message, which need
// not be the version its sender meant. An answer to it goes out at that version.
//
// Any error is an [*Error] with code InvalidInput that says where in the message it lies.
func Decode(b []byte) (Message, Version, error) {
	return decode(b, Oldest, Newest)
}

// DecodeAs reads a message of a version that is known.
func DecodeAs(b []byte, v Version) (Message, error) {
	if !v.Valid() {
		return nil, Errorf(InvalidInput, "decode message: serde version %d is not supported (only %d to %d)", v, Oldest, Newest)
	}
	m, _, err := decode(b, v, v)
	return m, err
}

func decode(b []byte, lowest, highest Version) (Message, Version, error) {
	w := &walker{in: newReader(b), lowest: lowest, highest: highest}
	var m walkable
	if w.delim('{') {
		var kind string
		w.discriminator(&kind)
		if m = newMessage(kind); m == nil && w.err == nil {
			w.fail("no serde configured for %s: it is no message of serde versions %d to %d", kind, Oldest, Newest)
		}
		if w.err == nil {
			m.walk(w)
		}
	}
	if w.err == nil {
		w.err = w.in.skipRest()
	}
	if w.err == nil {
		return m, w.version(), nil
	}
	name := "message"
	if m != nil {
		name = m.Kind()
	}
	var f *fault
	if errors.As(w.err, &f) && f.shape {
		return nil, 0, Errorf(InvalidInput,
			"decode %s: %w; these are not the fields of serde versions %d to %d in their order (serde version 1 is not supported)",
			name, w.err, lowest, highest)
	}
	return nil, 0, Errorf(InvalidInput, "decode %s: %w", name, w.err)
}

// Encode writes a message at a version. What the version has no field for is left out if it is only an offer
// (expressions, ordering, limit, query plan), and is an error if the message would then mean something else (arguments
// of a query passthrough, the capabilities messages). The message is not changed, and the bytes do not refer to it.
// Errors have code InvalidInput for a request, InvalidResponse for a response.
func Encode(m Message, v Version) ([]byte, error) {
	msg, ok := m.(walkable)
	if !ok {
		return nil, Errorf(InvalidResponse, "encode %T: it is no message of the protocol", m)
	}
	if !v.Valid() {
		return nil, Errorf(encodeFault(m), "encode %s: serde version %d is not supported (only %d to %d)", m.Kind(), v, Oldest, Newest)
	}
	w := &walker{out: &writer{}, lowest: v, highest: v}
	w.braces(func() {
		kind := m.Kind()
		w.discriminator(&kind)
		msg.walk(w)
	})
	if w.err != nil {
		return nil, Errorf(encodeFault(m), "encode %s: %w", m.Kind(), w.err)
	}
	return w.out.buf, nil
}

// encodeFault is the code for a message that cannot be sent.
func encodeFault(m Message) Code {
	if _, ok := m.(Request); ok {
		return InvalidInput
	}
	return InvalidResponse
}
