"""The compiled part of the simulation: rules over one memory of whole numbers; import it only where it is run."""
