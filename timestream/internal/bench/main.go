// Command bench measures how fast Timestream is read, as ratios within one run, and holds them against bars. It serves its
// own pages, from a process of its own, and checks the digest of every row that was read.
//
//	bench                  all bars, at full length (minutes)
//	bench -short           a form for CI: shorter tables, and only half of each bar has to be reached
//	bench -doc FILE        writes the table into a document as well, between its marks
//	bench -plots DIR       measures curves too: the cost over rows, columns, splits and page latency, as SVG
//	bench -profile DIR     CPU and allocation profiles of reading a million rows, and nothing else
//
// It needs what `make package` leaves in dist: the function and its zip. `make bench` runs all that.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"

	"athena-timestream/timestream/internal/bench/standin"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		stop()
		os.Exit(1)
	}
}

// options are the command's.
type options struct {
	short                      bool
	dist, doc, plots, profiles string
}

func run(ctx context.Context, args []string) error {
	if len(args) == 1 && args[0] == serveCommand {
		return serve(os.Stdin, os.Stdout)
	}
	var o options
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.BoolVar(&o.short, "short", false, "shorter tables; fail only below half of a bar")
	flags.StringVar(&o.dist, "dist", "dist", "where `make package` has left the function")
	flags.StringVar(&o.doc, "doc", "", "write the table into this document")
	flags.StringVar(&o.plots, "plots", "", "measure curves and draw them into this directory")
	flags.StringVar(&o.profiles, "profile", "", "write profiles of a read into this directory, and measure nothing")
	if err := flags.Parse(args); err != nil {
		return err
	}
	l, err := newLab(o)
	if err != nil {
		return err
	}
	defer l.close()
	if o.profiles != "" {
		return l.profile(ctx, o.profiles)
	}
	return l.report(ctx, o)
}

// report measures the bars and, if they are asked for, the curves.
func (l *lab) report(ctx context.Context, o options) error {
	rows, err := l.measure(ctx)
	if err != nil {
		return err
	}
	text := machine() + "\n\n" + table(rows)
	fmt.Print(text)
	if o.doc != "" {
		if err := writeBlock(o.doc, text); err != nil {
			return err
		}
	}
	if o.plots != "" {
		if err := l.plot(ctx, o.plots); err != nil {
			return err
		}
	}
	return failed(rows, o.short)
}

// serveCommand starts the stand-in of AWS, in a process of its own so that its work is not counted.
const serveCommand = "serve"

// serve prints its address and answers until its input ends, which it does with the process that started it.
func serve(in io.Reader, out io.Writer) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: &standin.Server{}}
	go func() {
		io.Copy(io.Discard, in) //nolint:errcheck // any end is an end
		server.Close()          //nolint:errcheck // the process ends
	}()
	fmt.Fprintln(out, "http://"+l.Addr().String())
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
