/// Model files: what they hold, by role, whatever they call it.
package sirocco.checkpoint;
