// Package deploy is the folder of what brings the function into an account: templates, a Terraform module, images, packages,
// scripts. It has no code of its own; its tests tie these to each other, to the connector and to README.md and the Makefile.
package deploy
