package console_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var screenshots = flag.String("screenshots", "", "folder that pictures of the console are written to")

// TestInABrowser does what a visitor does: looks at a table, queries it with a click, types a statement of Athena's, opens
// the conversation, meets an error.
func TestInABrowser(t *testing.T) {
	b := openBrowser(t)
	s := serve(t)
	b.size(1360, 1000, "light")
	b.do("Page.navigate", map[string]any{"url": s.URL + "/"}, nil)
	b.wait(`document.querySelectorAll("#catalog .range")[2]?.textContent.includes("–")`)
	picture(t, b, "start")

	b.click("#catalog .table:not([open]) summary")
	b.wait(`document.querySelector("#catalog .table[open] .columns tbody")`)
	for _, want := range []string{"deployment", "hostName", "dimension", "measure", "time"} {
		if !strings.Contains(strings.ToLower(b.eval(`document.querySelector("#catalog .table[open]").innerText`)), strings.ToLower(want)) {
			t.Errorf("the first table does not show %q", want)
		}
	}
	b.click("#run")
	b.wait(`document.querySelectorAll(".rows tbody tr").length > 100`)
	b.wait(`document.querySelector("#chart canvas")?.width > 300`)
	if got := b.eval(`document.querySelectorAll(".u-legend .u-series").length`); got != "5" {
		t.Errorf("the chart's legend has %s entries, want the time and four hosts", got)
	}
	picture(t, b, "timestream")

	b.click("input[value=athena]")
	b.write("#sql", "SELECT d.time, d.hostname, d.cpu_user, c.\"measure_value::double\" AS temperature\nFROM demo.devops d JOIN demo.climate c ON c.time = d.time\n"+
		"WHERE d.time > now() - interval '12' hour AND c.room = 'office' AND c.measure_name = 'temperature'\nORDER BY d.time")
	b.ctrlEnter()
	b.wait(`document.querySelectorAll(".conversation:not([hidden]) .steps details").length >= 9`)
	b.wait(`document.querySelectorAll(".rows tbody tr").length > 100`)
	b.wait(`document.querySelectorAll(".track .page").length >= 2`)
	b.eval(`document.querySelectorAll(".steps summary").forEach((s) => s.innerText.startsWith("ReadRecords") && s.dispatchEvent(new MouseEvent("click")))`)
	steps := b.eval(`document.querySelector(".conversation:not([hidden])").innerText`)
	for _, want := range []string{"Ping", "GetSplits", "ReadRecords", "constraint", "room = 'office'", "FROM \"demo\".\"climate\"", "1 inline"} {
		if !strings.Contains(steps, want) {
			t.Errorf("the conversation lacks %q:\n%s", want, steps)
		}
	}
	picture(t, b, "athena")

	b.click("#csv")
	if csv := b.downloaded("result.csv"); !strings.HasPrefix(csv, "time,hostname,cpu_user,temperature\n20") || strings.Count(csv, "\n") < 500 {
		t.Errorf("the CSV is %.200s", csv)
	}

	b.click("input[value=timestream]")
	b.write("#sql", slow)
	b.ctrlEnter()
	b.wait(`document.querySelector("#cancel:not([hidden])") && document.querySelector("#status").textContent.startsWith("Running")`)
	b.click("#cancel")
	b.wait(`document.querySelector("#table").textContent === "Cancelled." && !document.querySelector("#run").disabled`)

	b.write("#sql", "SELECT '<img src=x onerror=alert(1)>' AS \"<b>x</b>\"")
	b.ctrlEnter()
	b.wait(`document.querySelector(".rows td")?.textContent === "<img src=x onerror=alert(1)>"`)
	b.write("#sql", "SELECT nothing FROM demo.devops")
	b.ctrlEnter()
	b.wait(`document.querySelector("#failure:not([hidden])")?.textContent.includes("nothing")`)
	said, outside := b.complaints(s.URL)
	for i := len(said) - 1; i >= 0; i-- {
		if strings.Contains(said[i], "status of 400") { // the browser's own line about the refused statement
			said = append(said[:i], said[i+1:]...)
		}
	}
	if len(said) > 0 || len(outside) > 0 {
		t.Errorf("the page complains: %s\nand asks outside: %s", said, outside)
	}
}

// picture writes screenshots for people to look at, light, dark and narrow.
func picture(t *testing.T, b *browser, name string) {
	t.Helper()
	if *screenshots == "" {
		return
	}
	for _, look := range []struct {
		name   string
		width  int
		scheme string
	}{{"dark", 1360, "dark"}, {"narrow", 400, "light"}, {"medium", 980, "dark"}, {"light", 1360, "light"}} {
		b.size(look.width, 1000, look.scheme)
		b.eval(`new Promise((done) => setTimeout(done, 300))`)
		if err := os.WriteFile(filepath.Join(*screenshots, name+"-"+look.name+".png"), b.screenshot(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
