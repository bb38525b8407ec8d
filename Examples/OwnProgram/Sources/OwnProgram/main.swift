import Acme
import Espalier

await Espalier.main(adding: [Acme.plugins])
