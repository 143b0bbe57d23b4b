/// The forward passes, one model a file.
package sirocco.model;
