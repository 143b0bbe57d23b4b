/// One class a command.
package sirocco.cli;
