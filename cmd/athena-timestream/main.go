// Command athena-timestream is the connector as an AWS Lambda function (runtime provided.al2023). It reads its settings
// from the environment, under the names of the Java connector, and from the Glue connection that it may name; then it
// serves until Lambda ends it.
//
//	CGO_ENABLED=0 GOOS=linux GOARCH=arm64 go build -tags lambda.norpc -trimpath -ldflags "-s -w" -o bootstrap ./cmd/athena-timestream
package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/aws/aws-sdk-go-v2/config"

	"athena-timestream/federation"
	"athena-timestream/federation/lambdahandler"
	"athena-timestream/timestream"
)

func main() {
	m := Main{Getenv: os.Getenv, Log: os.Stdout, Serve: lambdahandler.Start}
	if err := m.Run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "athena-timestream:", err)
		os.Exit(1)
	}
}

// Main is the program with its surroundings.
type Main struct {
	Getenv func(string) string       // the settings; AWS's own are read by the SDK
	Log    io.Writer                 // log lines
	Serve  func(*federation.Handler) // answers invocations until the process ends
}

// Run reads the settings, makes the connector and serves. It reports all faulty settings at once.
func (m Main) Run(ctx context.Context) error {
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return fmt.Errorf("read AWS settings: %w", err)
	}
	getenv, err := timestream.WithConnection(ctx, cfg, m.Getenv)
	if err != nil {
		return fmt.Errorf("read settings: %w", err)
	}
	c, err := timestream.ConfigFromEnv(getenv)
	if err != nil {
		return fmt.Errorf("read settings: %w", err)
	}
	logger := lambdahandler.NewLogger(m.Log, c.Federation.LogLevel, m.Getenv)
	h, err := timestream.NewHandler(cfg, c, logger)
	if err != nil {
		return err
	}
	m.Serve(h)
	return nil
}
