/// The computer's memory: how much of it there is, and pages of 2 MiB for what is read most.
package sirocco.memory;
