"""The same as FastAPI and asyncpg would serve it, with row-level security in force."""

import hashlib
import json
import os
from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg
import jwt
from fastapi import Depends, FastAPI, Header, HTTPException
from pydantic import BaseModel

from statements import CREATE, DRAFT, GET, GIVE, LIST, LOCK, MARK, TRANSFER, WHO

SECRET = os.environ["SUPABASE_JWT_SECRET"]


@asynccontextmanager
async def lifespan(app):
    app.state.pool = await asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=8, max_size=8)
    yield
    await app.state.pool.close()


app = FastAPI(lifespan=lifespan)


def decode(token):
    return jwt.decode(token, SECRET, algorithms=["HS256"], audience="authenticated")


def user(authorization: str = Header()):
    return decode(authorization[7:])


@asynccontextmanager
async def scope(claims, readonly=False):
    async with app.state.pool.acquire() as connection:
        async with connection.transaction(readonly=readonly):
            await connection.execute(WHO, json.dumps(claims))
            yield connection


@app.get("/v1/sessions")
async def sessions(limit: int = 20, claims=Depends(user)):
    async with scope(claims, readonly=True) as connection:
        rows = await connection.fetch(LIST, claims["sub"], limit + 1)
    return {"items": [dict(row) for row in rows[:limit]], "next": None}


@app.get("/v1/sessions/{id}")
async def session(id: UUID, claims=Depends(user)):
    async with scope(claims, readonly=True) as connection:
        row = await connection.fetchrow(GET, claims["sub"], id)
    if row is None:
        raise HTTPException(404)
    return dict(row)


class NewSession(BaseModel):
    title: str
    language: str = "en"
    parameters: dict = {}


@app.post("/v1/sessions", status_code=201)
async def create(new: NewSession, claims=Depends(user)):
    async with scope(claims) as connection:
        row = await connection.fetchrow(CREATE, claims["sub"], new.title, new.language, json.dumps(new.parameters))
    return dict(row)


class NewFile(BaseModel):
    stage: str
    file_path: str
    content: str


@app.put("/v1/sessions/{id}/files")
async def save(id: UUID, new: NewFile, claims=Depends(user)):
    content = new.content.encode()
    digest = hashlib.sha256(content).hexdigest()
    async with scope(claims) as connection:
        row = await connection.fetchrow(
            DRAFT, claims["sub"], id, new.stage, new.file_path, len(content), digest, content
        )
    if row is None:
        raise HTTPException(404)
    return dict(row)


class NewTransfer(BaseModel):
    source_token: str


@app.post("/v1/transfers", status_code=201)
async def transfer(new: NewTransfer, claims=Depends(user)):
    source, receiver = decode(new.source_token)["sub"], claims["sub"]
    async with app.state.pool.acquire() as connection:
        async with connection.transaction():
            anonymous = {str(row["id"]): row["is_anonymous"] for row in await connection.fetch(LOCK, source, receiver)}
            if anonymous.get(source) is not True or anonymous.get(receiver) is not False:
                raise HTTPException(409)
            if await connection.fetchval(GIVE, source):
                raise HTTPException(409)
            row = await connection.fetchrow(TRANSFER, source, receiver)
            await connection.execute(MARK, source, row["id"], receiver)
    return dict(row)
