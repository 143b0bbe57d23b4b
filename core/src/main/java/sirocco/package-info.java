/// A model in five lines: what programs that embed Sirocco use.
package sirocco;
