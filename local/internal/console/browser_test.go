package console_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// browser is one page of a headless Chromium, driven over a pipe with the DevTools protocol
// (https://chromedevtools.github.io/devtools-protocol/): one JSON message after another, each ended by a zero byte. A
// handful of commands are all that a test needs, so there is no client library.
type browser struct {
	t         *testing.T
	out       *os.File
	session   string
	downloads string // folder

	mu      sync.Mutex
	last    int
	waiting map[int]chan reply
	said    []string // console messages and exceptions
	asked   []string // URLs
}

type reply struct {
	Result json.RawMessage
	Error  *struct{ Message string }
}

// patience is how long anything in the browser may take.
const patience = 30 * time.Second

// chromium names the executable; the test is skipped where there is none.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("no Chromium here: install the package chromium to test the console in a browser")
	return ""
}

// openBrowser starts a browser with a profile of its own, which ends with the test.
func openBrowser(t *testing.T) *browser {
	t.Helper()
	fromUs, toBrowser, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	fromBrowser, toUs, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, chromium(t), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars",
		"--user-data-dir="+t.TempDir(), "--remote-debugging-pipe", "about:blank")
	cmd.ExtraFiles = []*os.File{fromUs, toUs} // descriptors 3 and 4
	if err := cmd.Start(); err != nil {
		t.Fatalf("starting Chromium: %v", err)
	}
	_, _ = fromUs.Close(), toUs.Close()
	b := &browser{t: t, out: toBrowser, downloads: t.TempDir(), waiting: map[int]chan reply{}}
	done := make(chan struct{})
	go func() { defer close(done); b.listen(fromBrowser) }()
	t.Cleanup(func() {
		_ = b.send("", "Browser.close", nil, nil) // leaves no helper process behind; one that has crashed cannot answer
		kill := time.AfterFunc(5*time.Second, stop)
		_ = cmd.Wait() // it was closed or killed
		kill.Stop()
		stop()
		_ = toBrowser.Close()
		<-done
	})
	b.attach()
	return b
}

// attach opens a page and listens to what it does.
func (b *browser) attach() {
	b.t.Helper()
	var target struct{ TargetID string }
	b.must("", "Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var session struct{ SessionID string }
	b.must("", "Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &session)
	b.session = session.SessionID
	b.must("", "Browser.setDownloadBehavior", map[string]any{"behavior": "allow", "downloadPath": b.downloads}, nil)
	for _, domain := range []string{"Page", "Runtime", "Network", "Log"} {
		b.do(domain+".enable", nil, nil)
	}
}

// listen hands replies to those who wait, and notes events.
func (b *browser) listen(in io.ReadCloser) {
	defer in.Close()
	r := bufio.NewReader(in)
	for {
		text, err := r.ReadBytes(0)
		if err != nil {
			return
		}
		var m struct {
			ID     int
			Method string
			Params json.RawMessage
			reply
		}
		if json.Unmarshal(bytes.TrimSuffix(text, []byte{0}), &m) != nil {
			continue
		}
		b.mu.Lock()
		if c := b.waiting[m.ID]; c != nil {
			delete(b.waiting, m.ID)
			c <- m.reply
		}
		b.note(m.Method, m.Params)
		b.mu.Unlock()
	}
}

func (b *browser) note(method string, params json.RawMessage) {
	switch method {
	case "Network.requestWillBeSent":
		var p struct{ Request struct{ URL string } }
		_ = json.Unmarshal(params, &p)
		b.asked = append(b.asked, p.Request.URL)
	case "Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded":
		b.said = append(b.said, string(params))
	}
}

// send sends a command and waits for its result, which goes into out unless that is nil.
func (b *browser) send(session, method string, params map[string]any, out any) error {
	m := map[string]any{"method": method, "params": params}
	if params == nil {
		m["params"] = map[string]any{}
	}
	if session != "" {
		m["sessionId"] = session
	}
	c := make(chan reply, 1)
	b.mu.Lock()
	b.last++
	m["id"] = b.last
	b.waiting[b.last] = c
	text, err := json.Marshal(m)
	if err == nil {
		_, err = b.out.Write(append(text, 0))
	}
	b.mu.Unlock()
	if err != nil {
		return err
	}
	select {
	case r := <-c:
		if r.Error != nil {
			return errors.New(r.Error.Message)
		}
		if out == nil {
			return nil
		}
		return json.Unmarshal(r.Result, out)
	case <-time.After(patience):
		return fmt.Errorf("no answer within %s", patience)
	}
}

func (b *browser) must(session, method string, params map[string]any, out any) {
	b.t.Helper()
	if err := b.send(session, method, params, out); err != nil {
		b.t.Fatalf("%s: %v", method, err)
	}
}

// do sends a command to the page.
func (b *browser) do(method string, params map[string]any, out any) {
	b.t.Helper()
	b.must(b.session, method, params, out)
}

// eval evaluates an expression in the page, as a text.
func (b *browser) eval(expression string) string {
	b.t.Helper()
	var r struct {
		Result           struct{ Value any }
		ExceptionDetails *struct{ Exception struct{ Description string } }
	}
	b.do("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true, "awaitPromise": true}, &r)
	if r.ExceptionDetails != nil {
		b.t.Fatalf("%s: %s", expression, r.ExceptionDetails.Exception.Description)
	}
	return fmt.Sprint(r.Result.Value)
}

// wait waits until an expression is true.
func (b *browser) wait(expression string) {
	b.t.Helper()
	for deadline := time.Now().Add(patience); b.eval("Boolean("+expression+")") != "true"; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			b.t.Fatalf("it did not come to this: %s\nthe page: %.2000s\nit said: %s", expression, b.eval("document.body.innerText"), b.said)
		}
	}
}

// click clicks with the mouse into the middle of the first element of a CSS selector.
func (b *browser) click(selector string) {
	b.t.Helper()
	quoted, _ := json.Marshal(selector) // a string marshals
	var at struct{ X, Y float64 }
	text := b.eval(`(() => {
		const e = document.querySelector(` + string(quoted) + `);
		e.scrollIntoView({ block: "center", behavior: "instant" });
		const r = e.getBoundingClientRect();
		return JSON.stringify({ X: r.x + r.width / 2, Y: r.y + r.height / 2 });
	})()`)
	if err := json.Unmarshal([]byte(text), &at); err != nil {
		b.t.Fatalf("where is %s: %v", selector, err)
	}
	for _, kind := range []string{"mouseMoved", "mousePressed", "mouseReleased"} {
		b.do("Input.dispatchMouseEvent", map[string]any{"type": kind, "x": at.X, "y": at.Y, "button": "left", "clickCount": 1}, nil)
	}
}

// write replaces the text of the field of a selector, as typing does.
func (b *browser) write(selector, text string) {
	b.t.Helper()
	b.click(selector)
	b.eval("document.activeElement.select()")
	b.do("Input.insertText", map[string]any{"text": text}, nil)
}

// downloaded waits for a file that the page hands out, and reads it.
func (b *browser) downloaded(name string) string {
	b.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		text, err := os.ReadFile(filepath.Join(b.downloads, name)) // it has another name until it is whole
		if err == nil {
			return string(text)
		}
		if time.Now().After(deadline) {
			b.t.Fatalf("the download did not come: %v", err)
		}
	}
}

// ctrlEnter presses Enter with Ctrl held.
func (b *browser) ctrlEnter() {
	b.t.Helper()
	for _, kind := range []string{"keyDown", "keyUp"} {
		b.do("Input.dispatchKeyEvent", map[string]any{"type": kind, "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "modifiers": 2}, nil)
	}
}

// size makes the window so many pixels wide, and its colours dark or light.
func (b *browser) size(width, height int, scheme string) {
	b.t.Helper()
	b.do("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}, nil)
	b.do("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": scheme}}}, nil)
}

// screenshot is the whole page as PNG.
func (b *browser) screenshot() []byte {
	b.t.Helper()
	var shot struct{ Data string }
	b.do("Page.captureScreenshot", map[string]any{"format": "png", "captureBeyondViewport": true}, &shot)
	png, err := base64.StdEncoding.DecodeString(shot.Data)
	if err != nil {
		b.t.Fatal(err)
	}
	return png
}

// complaints is what the page said to the console, and outside what it asked from other addresses than url.
func (b *browser) complaints(url string) (said, outside []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, u := range b.asked {
		if !strings.HasPrefix(u, url+"/") && u != "about:blank" && !strings.HasPrefix(u, "blob:"+url) {
			outside = append(outside, u)
		}
	}
	return b.said, outside
}
