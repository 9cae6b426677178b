"""A worker that knows the errands of the tests: python -m tests.background.worker_process."""

from helpdesk.app import create_app
from helpdesk.background import worker
from helpdesk.config import Config
from tests.background import errands

if __name__ == "__main__":
    assert errands.write.name == "tests.write"  # the import is what makes it known
    worker.run(create_app(Config.from_environ()))
