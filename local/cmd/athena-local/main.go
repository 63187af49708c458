// Command athena-local runs the Timestream connector, an embedded Timestream and a player of Athena on one machine, with no
// AWS account: query answers SQL the way Athena would, load puts a CSV file into a table, serve answers AWS SDKs.
//
// It exits with 1 when something went wrong and with 2 when it was called wrongly.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
)

// cli is the command line.
type cli struct {
	Query queryCommand `cmd:"" help:"Run a SQL statement through Athena's whole conversation with the connector."`
	Load  loadCommand  `cmd:"" help:"Load a CSV file into a table through Timestream's Write API."`
	Serve serveCommand `cmd:"" help:"Serve Timestream, the connector as a Lambda function, and what they need of AWS, on one address."`
}

// storage is where tables are kept; every command has it.
type storage struct {
	Data     string `help:"Folder that keeps the tables (default: ${data})." placeholder:"DIR" default:"${data}" type:"path"`
	InMemory bool   `help:"Keep nothing: start from the demo, end without a trace." name:"in-memory"`
}

// dir is the folder, empty for memory.
func (s storage) dir() string {
	if s.InMemory {
		return ""
	}
	return s.Data
}

// connector is what a command tells the connector.
type connector struct {
	Setting map[string]string `help:"A setting of the connector, as in max_splits=8; may be given again for another." placeholder:"NAME=VALUE" mapsep:"none"`
}

// streams are the process's standard streams.
type streams struct {
	stdin          io.Reader
	stdout, stderr io.Writer
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr})
	stop()
	os.Exit(code)
}

const (
	exitError = 1
	exitUsage = 2
)

// run is the whole command but for the process around it.
func run(ctx context.Context, args []string, s streams) int {
	if len(args) == 0 {
		args = []string{"--help"}
	}
	exited := -1
	parser, err := kong.New(
		&cli{},
		kong.Name("athena-local"),
		kong.Description("Athena and Timestream on this machine, without an AWS account."),
		kong.Writers(s.stdout, s.stderr),
		kong.Exit(func(code int) { exited = code }),
		kong.Vars{"data": defaultData()},
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 110}),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(s),
	)
	if err != nil {
		fmt.Fprintln(s.stderr, "athena-local:", err)
		return exitError
	}
	command, err := parser.Parse(args)
	if exited >= 0 { // --help was printed
		return exited
	}
	if err != nil {
		fmt.Fprintf(s.stderr, "athena-local: %v\nRun \"athena-local --help\" for what there is.\n", err)
		return exitUsage
	}
	err = command.Run()
	var usage usageError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &usage):
		fmt.Fprintf(s.stderr, "athena-local: %v\n", err)
		return exitUsage
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		fmt.Fprintln(s.stderr, "athena-local: interrupted")
		return exitError
	}
	fmt.Fprintf(s.stderr, "athena-local: %s\n", oneLine(err))
	return exitError
}

// usageError is a command line that parses and cannot be meant.
type usageError struct{ message string }

func (e usageError) Error() string { return e.message }

func usagef(format string, args ...any) error { return usageError{fmt.Sprintf(format, args...)} }

// oneLine keeps an error that quotes several lines (SQL) on one.
func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

// defaultData is the folder in the user's cache; where there is none, one below the working folder.
func defaultData() string {
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = ".cache"
	}
	return filepath.Join(cache, "athena-local")
}
