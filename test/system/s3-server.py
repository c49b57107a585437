"""OpenStack Swift with its S3 interface, whole in one process on the loopback address; checks signatures (AWS v4)."""

import json
import logging
import os
import sys

import eventlet

eventlet.patcher.monkey_patch(thread=False)

from eventlet import wsgi  # noqa: E402
from swift.common import utils  # noqa: E402

utils.HASH_PATH_SUFFIX = b"freehold"
utils.validate_hash_conf = lambda: None

from swift.account.server import AccountController  # noqa: E402
from swift.common.middleware import catch_errors, gatekeeper, tempauth  # noqa: E402
from swift.common.middleware.s3api import s3api  # noqa: E402
from swift.common.ring import RingBuilder  # noqa: E402
from swift.container.server import ContainerController  # noqa: E402
from swift.obj.server import ObjectController  # noqa: E402
from swift.proxy.server import Application  # noqa: E402


class Cache:
    """What tempauth wants of memcached."""

    def __init__(self, app):
        self.app = app
        self.kept = {}

    def get(self, key, raise_on_error=False):
        return self.kept.get(key)

    def set(self, key, value, **_):
        self.kept[key] = value

    def delete(self, key, **_):
        self.kept.pop(key, None)

    def __call__(self, env, start_response):
        env["swift.cache"] = self
        return self.app(env, start_response)


def serve(socket, app):
    eventlet.spawn(wsgi.server, socket, app, log=logging.getLogger("nobody"), log_output=False)


def listen(port=0):
    return eventlet.listen(("127.0.0.1", port))


def main(directory, key, secret, port):
    devices = os.path.join(directory, "devices")
    os.makedirs(os.path.join(devices, "one"), exist_ok=True)
    storage = {
        "devices": devices,
        "mount_check": "false",
        "swift_dir": directory,
        "fallocate_reserve": "0",
        "bind_port": "1",
    }
    for name, controller in (
        ("account", AccountController),
        ("container", ContainerController),
        ("object", ObjectController),
    ):
        socket = listen()
        builder = RingBuilder(0, 1, 1)
        device = {"id": 0, "region": 1, "zone": 1, "weight": 1.0, "ip": "127.0.0.1", "device": "one"}
        builder.add_dev(device | {"port": socket.getsockname()[1]})
        builder.rebalance()
        builder.get_ring().save(os.path.join(directory, name + ".ring.gz"))
        serve(socket, controller(storage))

    logger = logging.getLogger("nobody")
    app = Application({"swift_dir": directory, "account_autocreate": "true"}, logger=utils.get_logger({}, "proxy"))
    app = tempauth.filter_factory({}, **{"user_test_" + key: secret + " .admin"})(app)
    app = s3api.filter_factory({}, auth_pipeline_check="false", location="eu-central-1", s3_acl="false", max_bucket_listing="10", storage_domain="s3.test")(app)
    app = gatekeeper.filter_factory({})(Cache(app))
    app = catch_errors.filter_factory({})(app)
    socket = listen(port)
    serve(socket, app)
    print(json.dumps({"port": socket.getsockname()[1]}), flush=True)
    # Ends with whoever started it.
    eventlet.tpool.execute(sys.stdin.read)


main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
