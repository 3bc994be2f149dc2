"""What a binary is made of: a bill of materials in CycloneDX 1.6, from Cargo's lock file."""

import hashlib
import json
import pathlib
import re
import subprocess


def purl(package):
    return f"pkg:cargo/{package['name']}@{package['version']}"


def checksums(root):
    """The checksum of each crate's archive, by name and version."""
    lock = (root / "Cargo.lock").read_text()
    entry = r'^name = "(.+)"\nversion = "(.+)"\nsource = ".+"\nchecksum = "(.+)"$'
    return {(name, version): sum for name, version, sum in re.findall(entry, lock, re.MULTILINE)}


def linked(nodes, root):
    """The packages that get into the binary, or make what does: no tests' dependencies."""
    found, waiting = set(), [root]
    while waiting:
        package = waiting.pop()
        if package in found:
            continue
        found.add(package)
        for dependency in nodes[package]["deps"]:
            if any(kind["kind"] != "dev" for kind in dependency["dep_kinds"]):
                waiting.append(dependency["pkg"])
    return found


def component(package, sums, kind):
    entry = {
        "type": kind,
        "bom-ref": purl(package),
        "name": package["name"],
        "version": package["version"],
    }
    if kind == "library":
        entry["purl"] = purl(package)
    if package["description"]:
        entry["description"] = " ".join(package["description"].split())
    if package["license"]:
        # Slashes were how crates said "or".
        expression = package["license"].replace(" / ", " OR ").replace("/", " OR ")
        entry["licenses"] = [{"expression": expression}]
    checksum = sums.get((package["name"], package["version"]))
    if checksum:
        entry["hashes"] = [{"alg": "SHA-256", "content": checksum}]
    if package["repository"]:
        entry["externalReferences"] = [{"type": "vcs", "url": package["repository"]}]
    return entry


def sbom(root, target, binary):
    """The document as text; the same for the same lock file, target and binary."""
    command = ["cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", target]
    told = subprocess.run(command, cwd=root, capture_output=True, check=True).stdout
    told = json.loads(told)
    packages = {package["id"]: package for package in told["packages"]}
    nodes = {node["id"]: node for node in told["resolve"]["nodes"]}
    own = told["resolve"]["root"]
    parts = sorted(linked(nodes, own), key=lambda package: purl(packages[package]))
    sums = checksums(pathlib.Path(root))
    main = component(packages[own], sums, "application")
    content = hashlib.sha256(binary.read_bytes()).hexdigest()
    main["hashes"] = [{"alg": "SHA-256", "content": content}]
    known = set(parts)
    depends = lambda package: sorted(
        {purl(packages[other["pkg"]]) for other in nodes[package]["deps"] if other["pkg"] in known}
    )
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": main, "properties": [{"name": "target", "value": target}]},
        "components": [
            component(packages[package], sums, "library") for package in parts if package != own
        ],
        "dependencies": [
            {"ref": purl(packages[package]), "dependsOn": depends(package)} for package in parts
        ],
    }
    return json.dumps(document, indent=2) + "\n"
