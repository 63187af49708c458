// Package golden gives tests the vectors that AWS's own SDK wrote, and the neutral form in which their contents are
// spelled out, so that what this project decodes can be compared with what the Java SDK decoded. See vectors/README.md.
//
// The package reads Arrow bytes with arrow-go's stream reader and not with package block, which is among the judged.
package golden
