#!/usr/bin/env python3
"""How long a picture takes the server and others, in turns, so that load hits all alike.

    PYTHON scripts/against_others.py BINARY [--lab LAB] [--original FOLDER] [--rounds 20] [--threads 2]

PYTHON has `opencv-python-headless` from 4.12 on, below 5 (which refuses the recogniser's file), and with `--lab` `onnx`
and `onnxruntime`. BINARY is a built `face-server`, LAB a built `face-lab`, FOLDER what `scripts/original.mjs` asks for.
Prints one JSON object a picture: for each system the median and the 95th percentile from sending the picture to its
faces, and the processor time of a picture, all in milliseconds; the server's stages as it states them; and the server's
median by that of each other: OpenCV with the same networks, which sees the picture in full size or at most 640 pixels
wide, and the original system (where there is only one face and no 4K: it takes its time). With `--lab` also one object
for each network: its time on one thread, ours by ONNX Runtime's, which gets the weights as floats. Linux only.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
import http.client
import json
from pathlib import Path
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from typing import IO, cast

import cv2
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
WEIGHTS = ROOT / "weights" / "yunet-sface"
PHOTOS = ROOT / "tests" / "pictures"
PICTURES = {
    "1280x720, nobody": (1280, 720, None),
    "1280x720, one face": (1280, 720, "barack_obama_2010.jpg"),
    "1280x720, four faces": (1280, 720, "four_people.jpg"),
    "1920x1080, one face": (1920, 1080, "barack_obama_2010.jpg"),
    "3840x2160, one face": (3840, 2160, "barack_obama_2010.jpg"),
    "640x360, one face": (640, 360, "barack_obama_2010.jpg"),
}
WARMING_UP = 3


def picture(width: int, height: int, photo: str | None) -> bytes:
    """A camera's JPEG: a place without people, and a photo in the middle of it."""
    shown = cv2.resize(cv2.imread(str(PHOTOS / "nobody.jpg")), (width, height), interpolation=cv2.INTER_AREA)
    if photo:
        people = cv2.imread(str(PHOTOS / photo))
        scale = min(width / people.shape[1], height / people.shape[0])
        people = cv2.resize(people, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        y, x = (height - people.shape[0]) // 2, (width - people.shape[1]) // 2
        shown[y : y + people.shape[0], x : x + people.shape[1]] = people
    return cv2.imencode(".jpg", shown, [cv2.IMWRITE_JPEG_QUALITY, 85])[1].tobytes()


class OpenCv:
    """OpenCV's own detector and recogniser."""

    def __init__(self, most_across: int | None) -> None:
        """Look at pictures of at most so many pixels across."""
        self.most_across = most_across
        detector, recogniser = sorted(WEIGHTS.glob("*.onnx"))
        self.detector = cv2.FaceDetectorYN.create(str(detector), "", (320, 320), 0.6, 0.3, 500)
        self.recogniser = cv2.FaceRecognizerSF.create(str(recogniser), "")

    def ask(self, encoded: bytes) -> tuple[int, dict[str, float]]:
        """How many faces there are; each is described."""
        image = cv2.imdecode(np.frombuffer(encoded, np.uint8), cv2.IMREAD_COLOR)
        scale = min(1.0, self.most_across / image.shape[1]) if self.most_across else 1.0
        seen = image if scale == 1.0 else cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        self.detector.setInputSize((seen.shape[1], seen.shape[0]))
        faces = self.detector.detect(seen)[1]
        faces = [] if faces is None else faces
        for face in faces:
            face[:14] /= scale
            self.recogniser.feature(self.recogniser.alignCrop(image, face))
        return len(faces), {}

    @staticmethod
    def processor_ms() -> float:
        """Processor time until now."""
        return time.process_time() * 1e3


class Original:
    """The system that Face grew out of."""

    def __init__(self, folder: Path, pictures: Path) -> None:
        """Start it; `pictures` is a folder for what it is shown."""
        node = shutil.which("node") or sys.exit("node is not installed")
        self.picture = pictures / "original.jpg"
        command = [node, ROOT / "scripts" / "original.mjs", folder]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        # Pipes were asked for, so both are there.
        self.asks, self.answers = cast("IO[str]", self.process.stdin), cast("IO[str]", self.process.stdout)
        self.used = 0.0
        self.answer()

    def answer(self) -> dict[str, float]:
        """Its next line."""
        return json.loads(self.answers.readline() or sys.exit("the original system has ended"))

    def ask(self, encoded: bytes) -> tuple[int, dict[str, float]]:
        """How many faces there are; each is described."""
        self.picture.write_bytes(encoded)
        self.asks.write(f"{self.picture}\n")
        self.asks.flush()
        answer = self.answer()
        self.used += answer["processor_ms"]
        return int(answer["faces"]), {}

    def processor_ms(self) -> float:
        """Processor time until now."""
        return self.used


class Server:
    """A server of our own, asked over HTTP."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, folder: Path) -> None:
        """Wait until it answers."""
        self.process = process
        self.connection = http.client.HTTPConnection("127.0.0.1", port)
        end = time.monotonic() + 60
        while True:
            try:
                self.connection.request("GET", "/healthz")
                self.connection.getresponse().read()
                break
            except ConnectionError:
                self.connection.close()
                if process.poll() is not None or time.monotonic() > end:
                    raise SystemExit(f"the server did not start: {(folder / 'log').read_text()}") from None
                time.sleep(0.05)
        self.token = (folder / "data" / "admin-token").read_text().strip()

    def ask(self, encoded: bytes) -> tuple[int, dict[str, float]]:
        """How many faces there are, and the stages' milliseconds."""
        asks = {"Authorization": f"Bearer {self.token}", "Accept": "application/json", "Content-Type": "image/jpeg"}
        self.connection.request("POST", "/recognize", encoded, asks)
        answer = json.load(self.connection.getresponse())
        return len(answer["faces"]), answer["timings"]

    def processor_ms(self) -> float:
        """Processor time until now, of all threads that live."""
        tasks = Path(f"/proc/{self.process.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e6


@contextmanager
def server(binary: Path) -> Iterator[Server]:
    """Start a server with empty folders; end it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [binary, "--faces-dir", folder / "faces", "--data-dir", folder / "data", "--port", str(port)],
                stdout=log,
                stderr=log,
            )
        try:
            yield Server(process, port, folder)
        finally:
            process.terminate()
            process.wait()


def measured(
    systems: dict[str, Server | OpenCv | Original], encoded: bytes, rounds: int
) -> tuple[dict[str, dict[str, float]], dict[str, float]]:
    """What each system took, and the server's stages."""
    chance = random.Random(1)
    walls: dict[str, list[float]] = {name: [] for name in systems}
    processor: dict[str, list[float]] = {name: [] for name in systems}
    faces: dict[str, int] = {}
    stages: dict[str, list[float]] = {}
    for turn in range(WARMING_UP + rounds):
        for name in chance.sample(list(systems), len(systems)):
            system = systems[name]
            begun, used = time.perf_counter(), system.processor_ms()
            faces[name], told = system.ask(encoded)
            wall = (time.perf_counter() - begun) * 1e3
            if turn >= WARMING_UP:
                walls[name].append(wall)
                processor[name].append(system.processor_ms() - used)
                for stage, value in told.items():
                    stages.setdefault(stage, []).append(value)

    def at(all_of: list[float], share: int) -> float:
        return sorted(all_of)[len(all_of) * share // 100]

    took = {
        name: {
            "p50_ms": round(at(walls[name], 50), 1),
            "p95_ms": round(at(walls[name], 95), 1),
            "least_ms": round(min(walls[name]), 1),
            "processor_ms": round(statistics.median(processor[name]), 1),
            "faces": faces[name],
        }
        for name in systems
    }
    return took, {stage: round(statistics.median(values), 1) for stage, values in stages.items()}


def folded(file: Path, height: int, width: int) -> bytes:
    """A network with its weights as floats, for pictures of this size: its own quantised ones ONNX Runtime refuses."""
    import onnx
    from onnx import numpy_helper

    model = onnx.load(file)
    graph = model.graph
    values = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    for node in [node for node in graph.node if node.op_type == "DequantizeLinear"]:
        settings = {attribute.name: onnx.helper.get_attribute_value(attribute) for attribute in node.attribute}
        axis, block = settings.get("axis", 1), settings.get("block_size", 0)
        weights, *others = [values[name].astype(np.float32) for name in node.input]
        if block:
            others = [np.repeat(other, block, axis).take(range(weights.shape[axis]), axis) for other in others]
        elif others[0].ndim == 1 and others[0].size > 1:
            others = [np.expand_dims(other, [at for at in range(weights.ndim) if at != axis]) for other in others]
        scale, *zero = others
        values[node.output[0]] = (weights - (zero[0] if zero else 0)) * scale
        graph.node.remove(node)
    read = {name for node in graph.node for name in node.input}
    kept = [numpy_helper.from_array(value, name) for name, value in values.items() if name in read]
    del graph.initializer[:], graph.value_info[:]
    graph.initializer.extend(kept)
    inputs = [one for one in graph.input if one.name in read and one.name not in values]
    del graph.input[:]
    graph.input.extend(inputs)
    for axis, length in ((2, height), (3, width)):
        graph.input[0].type.tensor_type.shape.dim[axis].dim_value = length
    for output in graph.output:
        output.type.tensor_type.ClearField("shape")
    return model.SerializeToString()


def networks(lab: Path, rounds: int) -> Iterator[dict[str, object]]:
    """Each network on one thread, in turns: ours as the laboratory times it, and ONNX Runtime's."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    chance = np.random.default_rng(1)
    detector, recogniser = sorted(WEIGHTS.glob("*.onnx"))
    cases = {("one look", "960x544"): (detector, 544, 960), ("embed", "one face"): (recogniser, 112, 112)}
    theirs = {case: onnxruntime.InferenceSession(folded(*of), options) for case, of in cases.items()}
    took: dict[tuple[str, str], tuple[list[float], list[float]]] = {case: ([], []) for case in cases}
    command = [lab, "bench", "--threads", "1", "--rounds", "10", "--galleries", "100", "--faces", "2"]
    command += ["--stage", "one look", "--stage", "embed"]
    for _ in range(max(1, rounds // 4)):
        told = subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.PIPE, text=True).stdout
        for line in map(json.loads, told.splitlines()):
            if (case := (line["stage"], line["of"])) in cases:
                took[case][0].append(line["p50_ms"])
        for case, (_, height, width) in cases.items():
            pixels = chance.integers(0, 256, (1, 3, height, width)).astype(np.float32)
            name = theirs[case].get_inputs()[0].name
            for _ in range(10):
                begun = time.perf_counter()
                theirs[case].run(None, {name: pixels})
                took[case][1].append((time.perf_counter() - begun) * 1e3)
    for case, (file, *_) in cases.items():
        ours, other = (statistics.median(series) for series in took[case])
        by = round(ours / other, 2)
        times = {"ours_ms": round(ours, 1), "ONNX Runtime_ms": round(other, 1)}
        yield {"network": file.name, "of": case[1], "by ONNX Runtime": by, **times}


def main() -> None:
    """Measure every network and picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", type=Path)
    parser.add_argument("--lab", type=Path)
    parser.add_argument("--original", type=Path)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--threads", type=int, default=2, help="OpenCV's")
    given = parser.parse_args()
    cv2.setNumThreads(given.threads)
    if given.lab:
        for network in networks(given.lab.resolve(), given.rounds):
            print(json.dumps(network), flush=True)
    with server(given.binary.resolve()) as ours, tempfile.TemporaryDirectory() as shown:
        always = {"ours": ours, "full size": OpenCv(None), "at most 640": OpenCv(640)}
        original = {"original": Original(given.original.resolve(), Path(shown))} if given.original else {}
        for name, (width, height, photo) in PICTURES.items():
            systems = always | (original if name.endswith("one face") and width < 3840 else {})
            took, stages = measured(systems, picture(width, height, photo), given.rounds)
            by = {
                f"by {other}": round(took["ours"]["p50_ms"] / took[other]["p50_ms"], 2)
                for other in systems
                if other != "ours"
            }
            print(json.dumps({"picture": name, **by, "stages": stages, **took}), flush=True)
        for started in original.values():
            started.process.terminate()


main()
