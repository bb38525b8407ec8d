import Espalier

await Espalier.main()
