// Package unload reads what an UNLOAD leaves in S3, and removes it.
//
//	<prefix>/<query id>_…_manifest.json   which files there are, how many bytes and rows each has
//	<prefix>/<query id>_…_metadata.json   the columns and their types
//	<prefix>/results/<query id>_….parquet
//
// Names are taken from the answer of the UNLOAD and from the manifest, never built, and all of them must lie below the prefix that
// the UNLOAD was given: what is read here is deleted afterwards. ("Concepts" of UNLOAD in the developer guide.)
package unload
