package console_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// Names and values that are HTML are shown as they are: in the catalog, the statement that a click makes, the result, the
// chart's legend and the conversation.
func TestHostileNamesInABrowser(t *testing.T) {
	const dimension, measure, value = `<img src=x onerror="pwned=1">`, `</script><script>pwned=1</script>`, `"'><svg onload="pwned=1">`
	b := openBrowser(t)
	s := serve(t)
	v := visitor{t: t, url: s.URL}
	v.writeAPI("CreateDatabase", map[string]any{"DatabaseName": "hostile"})
	v.writeAPI("CreateTable", map[string]any{"DatabaseName": "hostile", "TableName": "names"})
	var records []any
	for i := range 5 {
		records = append(records, map[string]any{
			"Time": fmt.Sprint(time.Now().UnixMilli() - int64(i)*1000), "MeasureName": measure, "MeasureValueType": "MULTI",
			"Dimensions": []any{map[string]any{"Name": dimension, "Value": value}},
			"MeasureValues": []any{
				map[string]any{"Name": measure, "Value": fmt.Sprint(i), "Type": "DOUBLE"},
				map[string]any{"Name": "in", "Value": "1", "Type": "DOUBLE"}, // a reserved word
			},
		})
	}
	v.writeAPI("WriteRecords", map[string]any{"DatabaseName": "hostile", "TableName": "names", "Records": records})

	b.do("Page.navigate", map[string]any{"url": s.URL + "/"}, nil)
	const table = `[...document.querySelectorAll("#catalog .table")].find((e) => e.querySelector(".name").textContent === "names")`
	b.wait(table)
	b.eval(`(` + table + `).open = true`)
	b.wait(`(` + table + `).querySelector(".columns tbody")`)
	shown := b.eval(`(` + table + `).textContent`)
	b.eval(`(` + table + `).querySelector("button").click()`)
	b.wait(`document.querySelectorAll(".rows tbody tr").length === 5`)
	b.wait(`document.querySelector("#chart canvas")?.width > 300`)
	shown += b.eval(`document.querySelector(".rows").textContent + document.querySelector("#chart").textContent`)
	for text, least := range map[string]int{dimension: 2, measure: 3, value: 5} {
		if got := strings.Count(shown, text); got < least {
			t.Errorf("%s is shown %d times, want %d at least:\n%s", text, got, least, shown)
		}
	}
	b.write("#sql", `SELECT '`+measure+`' AS "`+strings.ReplaceAll(dimension, `"`, `""`)+`" FROM hostile.names`)
	b.click("input[value=athena]")
	b.ctrlEnter()
	b.wait(`document.querySelector(".conversation:not([hidden])")?.textContent.includes("` + `<img src=x` + `")`)
	if got := b.eval(`document.querySelectorAll("img[src=x], svg[onload], script:not([src])").length + typeof pwned`); got != "0undefined" {
		t.Errorf("a name or value has become HTML or has run: %s", got)
	}
	if said, _ := b.complaints(s.URL); len(said) > 0 {
		t.Errorf("the page complains: %s", said)
	}
}

// writeAPI calls an operation of the Write API, as an SDK does.
func (v visitor) writeAPI(operation string, in any) {
	v.t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		v.t.Fatal(err)
	}
	a := v.ask(http.MethodPost, "/", string(body), map[string]string{
		"X-Amz-Target": "Timestream_20181101." + operation, "Content-Type": "application/x-amz-json-1.0",
		"Authorization": "AWS4-HMAC-SHA256 Credential=a/20240101/us-east-1/timestream/aws4_request, SignedHeaders=host, Signature=b",
	})
	if a.status != http.StatusOK {
		v.t.Fatalf("%s: %d %s", operation, a.status, a.body)
	}
}
