package message_test

import (
	"fmt"

	"athena-timestream/federation/message"
)

// A function reads a request, and answers at the version it found.
func Example() {
	payload := []byte(`{"@type":"ListSchemasRequest","identity":null,"queryId":"q1","catalogName":"lambda:demo"}`)
	m, version, err := message.Decode(payload)
	if err != nil {
		fmt.Println(err)
		return
	}
	request := m.(*message.ListSchemasRequest)
	answer, err := message.Encode(&message.ListSchemasResponse{CatalogName: request.CatalogName, Schemas: []string{"sensors"}}, version)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("version %d: %s\n", version, answer)
	// Output:
	// version 6: {"@type":"ListSchemasResponse","catalogName":"lambda:demo","schemas":["sensors"]}
}

// A request that only serde version 1 would accept is refused with the place that does not fit.
func ExampleDecode_refused() {
	_, _, err := message.Decode([]byte(`{"@type":"PingRequest","identity":null,"queryId":"q","catalogName":"c"}`))
	fmt.Println(message.CodeOf(err))
	fmt.Println(err)
	// Output:
	// InvalidInputException
	// decode PingRequest: expected field "catalogName", found "queryId"; these are not the fields of serde versions 2 to 6 in their order (serde version 1 is not supported)
}
