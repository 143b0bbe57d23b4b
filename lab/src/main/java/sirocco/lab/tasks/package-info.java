/// The benchmarks of the papers as tasks: how their files are read, what is asked, and how replies
/// are judged.
package sirocco.lab.tasks;
