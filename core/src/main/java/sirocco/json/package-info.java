/// JSON that somebody else wrote, with every type checked.
package sirocco.json;
