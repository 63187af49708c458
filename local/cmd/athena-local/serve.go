package main

import (
	"context"
	"errors"
	"fmt"

	"athena-timestream/local/internal/stack"
)

type serveCommand struct {
	storage
	Listen       string `help:"Address to listen on; there is no authentication, so keep it on loopback." default:"127.0.0.1:8600" placeholder:"ADDR"`
	LambdaBinary string `help:"Run this compiled Lambda function behind the Runtime API instead of the connector in this process." type:"existingfile" placeholder:"PATH"`
}

// Help is printed by "serve --help".
func (*serveCommand) Help() string {
	return `Every AWS SDK and the AWS CLI reach it through AWS_ENDPOINT_URL, with any credentials. While it runs, "query" and "load" with the same --data use it.

Examples:
  athena-local serve
  aws timestream-query query --query-string 'SELECT count(*) FROM demo.devops'
  aws lambda invoke --function-name timestream --payload file://request.json answer.json`
}

// Run is called by the command line's parser.
func (c *serveCommand) Run(ctx context.Context, s streams) error {
	st, err := stack.Serve(ctx, stack.Options{Dir: c.dir(), Listen: c.Listen, LambdaBinary: c.LambdaBinary, Log: s.stderr})
	if err != nil {
		return err
	}
	kept := "in " + c.Data
	if c.InMemory {
		kept = "in memory, gone when this ends"
	}
	fmt.Fprintf(s.stdout, `Timestream, Lambda (function %q), S3, Glue, KMS, Secrets Manager, STS and Athena on %s
Tables are kept %s. Point any AWS SDK here with:

    export AWS_ENDPOINT_URL=%s
    export AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local

Ctrl-C ends it.
`, stack.FunctionName, st.URL, kept, st.URL)
	select {
	case <-ctx.Done():
		fmt.Fprintln(s.stdout, "\nstopping")
	case err = <-st.Failed():
	}
	return errors.Join(err, st.Close())
}
