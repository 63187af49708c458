package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// bar shows how far a long work is, on a terminal. Where the stream is none, only messages are printed.
type bar struct {
	w    io.Writer
	line *progressbar.ProgressBar // nil: no terminal
}

func newBar(w io.Writer, label string, bytes bool) *bar {
	b := &bar{w: w}
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return b
	}
	options := []progressbar.Option{
		progressbar.OptionSetWriter(w), progressbar.OptionSetDescription(label), progressbar.OptionSetWidth(24),
		progressbar.OptionThrottle(100 * time.Millisecond), progressbar.OptionSetPredictTime(false), progressbar.OptionSetElapsedTime(false),
	}
	if bytes {
		options = append(options, progressbar.OptionShowBytes(true), progressbar.OptionShowCount())
	}
	b.line = progressbar.NewOptions64(1, options...)
	return b
}

// set shows done of total. What the terminal does with it is not our concern.
func (b *bar) set(done, total int64) {
	if b.line == nil || total <= 0 {
		return
	}
	b.line.ChangeMax64(total + 1) // a full bar would end itself
	_ = b.line.Set64(done)
}

// remark changes the words beside the bar.
func (b *bar) remark(label string) {
	if b.line != nil {
		b.line.Describe(label)
	}
}

// print writes a line that stays.
func (b *bar) print(line string) {
	if b.line != nil {
		_ = b.line.Clear()
	}
	fmt.Fprintln(b.w, line)
}

// stop takes the bar away.
func (b *bar) stop() {
	if b.line != nil {
		_ = b.line.Clear()
		b.line = nil
	}
}
