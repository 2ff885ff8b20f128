-- One pandoc process for all texts: `pandoc lua render.lua < request.json > answers.jsonl`
--
-- Request: {reader = "…", extensions = {{"+name", "pattern"}, …}, math = "mathjax" | "mathml", texts = {…}}
--   a text is read with the extensions whose pattern it holds.
--   `nesting`, if it is there, is how deep a formula may be before it is shown as code.
--   a text: {markdown = "…", images = {address = {html = "name", latex = "file"}}, unproven = {"tex", …}}
-- Answer: one JSON line a text, flushed at once, so that the caller knows which text was being read when a crash or
-- a time limit ends us: {formulas = {{"tex", display}, …}, images = {"address", …}, html = "…", latex = "…"}.
-- A text that raises an error answers {error = "…"} and costs only itself.

local request = pandoc.json.decode(io.read("a"), false)
local options = { wrap_text = "none", html_math_method = request.math or "mathjax" }
local stringify = pandoc.utils.stringify
-- Chinese quotation marks stay what they are.
local latex_format = "latex-smart"

local function latex_of(inlines)
  return (pandoc.write(pandoc.Pandoc({ pandoc.Plain(inlines) }), latex_format, options):gsub("%s+$", ""))
end

local function inventory(doc)
  local found = { formulas = {}, images = {} }
  doc:walk({
    Math = function(math)
      table.insert(found.formulas, { math.text, math.mathtype == "DisplayMath" })
    end,
    Image = function(image)
      table.insert(found.images, image.src)
    end,
  })
  return found
end

-- What is no Markdown is shown as it was typed, in both outputs.
local function as_typed(raw)
  -- The one tag that stays: a cell of a pipe table has no other way to break its line.
  if raw.text:match("^<br%s*/?>$") then return pandoc.LineBreak() end
  return raw.t == "RawBlock" and pandoc.CodeBlock(raw.text) or pandoc.Code(raw.text)
end

local function placeholder(image)
  local alt = #image.caption > 0 and image.caption or pandoc.Inlines({ pandoc.Str("image") })
  return {
    html = pandoc.Span({ pandoc.Span(alt, { class = "image-alt" }), pandoc.Space(), pandoc.Code(image.src) },
      { class = "image-missing" }),
    latex = pandoc.RawInline("latex", "\\cbmissing{" .. latex_of(alt) .. "}{" ..
      latex_of({ pandoc.Link(pandoc.Str(image.src), image.src) }) .. "}"),
  }
end

local function picture(image, file)
  local shown = image:clone()
  shown.src, shown.title = file.html, ""
  local alt = latex_of(image.caption)
  return { html = shown, latex = pandoc.RawInline("latex", "\\cbimage{" .. file.latex .. "}{" .. alt .. "}") }
end

-- Headings inside an answer keep their depth relative to each other, whatever level the author began with.
local function top_level(doc)
  local top = 6
  doc:walk({ Header = function(header) top = math.min(top, header.level) end })
  return top
end

local function heading(header, depth)
  local shown = pandoc.Header(math.min(6, depth + 3), header.content)
  local latex = "\\cbheading{" .. depth .. "}{" .. latex_of(header.content) .. "}"
  return { html = shown, latex = pandoc.RawBlock("latex", latex) }
end

-- A line break between two Chinese characters is layout, not a space.
local function join_wide_lines(inlines)
  local function wide(inline, last)
    if not inline or inline.t ~= "Str" then return false end
    local code = utf8.codepoint(inline.text, last and utf8.offset(inline.text, -1) or 1)
    return code >= 0x2E80 and code <= 0xFFEF and not (code >= 0xAC00 and code <= 0xD7AF)
  end
  for i = #inlines - 1, 2, -1 do
    if inlines[i].t == "SoftBreak" and wide(inlines[i - 1], true) and wide(inlines[i + 1], false) then
      inlines:remove(i)
    end
  end
  return inlines
end

-- On a card and in print only an address of the web leads anywhere.
local function web_only(link)
  local target = link.target:lower()
  if target:match("^https?://") or target:match("^mailto:") then return nil end
  return pandoc.Span(link.content)
end

-- In print a table that is wider than LINE (in half-width characters) gets columns that wrap: the narrow ones
-- keep their width, the wide ones share what is left.
local LINE = 60

local function width_of(text)
  local width = 0
  for _, code in utf8.codes(text) do width = width + (code >= 0x1100 and 2 or 1) end
  return width
end

local function natural_widths(table)
  local widths = {}
  local function measure(rows)
    for _, row in ipairs(rows) do
      for i, cell in ipairs(row.cells) do
        widths[i] = math.max(widths[i] or 2, width_of(stringify(cell.contents)) + 2)
      end
    end
  end
  measure(table.head.rows)
  for _, body in ipairs(table.bodies) do measure(body.body) end
  return widths
end

-- The widest that a column may be so that all fit.
local function limit(widths)
  local sorted = pandoc.List(widths)
  sorted:sort()
  local left = LINE
  for i, width in ipairs(sorted) do
    local share = left / (#sorted - i + 1)
    if width > share then return share end
    left = left - width
  end
  return LINE
end

-- Columns from..to of a table.
local function part(table, from, to)
  local copy = table:clone()
  local function cut(rows)
    for _, row in ipairs(rows) do
      row.cells = pandoc.List({ _G.table.unpack(row.cells, from, to) })
    end
    return rows
  end
  copy.colspecs = pandoc.List({ _G.table.unpack(table.colspecs, from, to) })
  local head, bodies = copy.head, copy.bodies
  head.rows = cut(head.rows)
  for _, body in ipairs(bodies) do body.body = cut(body.body) end
  copy.head, copy.bodies = head, bodies
  return copy
end

-- A table of more columns than a page has room for is printed as several, one below the other.
local COLUMNS = 14

local fitted

local function parts(table)
  local list = pandoc.List({})
  for from = 1, #table.colspecs, COLUMNS - 2 do
    local one = part(table, from, math.min(from + COLUMNS - 3, #table.colspecs))
    list:insert(fitted(one) or one)
  end
  return list
end

fitted = function(table)
  if #table.colspecs > COLUMNS then return parts(table) end
  local widths, total = natural_widths(table), 0
  for _, width in ipairs(widths) do total = total + width end
  if total <= LINE then return nil end
  local most, capped = limit(widths), 0
  for i, width in ipairs(widths) do
    widths[i] = math.min(width, most)
    capped = capped + widths[i]
  end
  table.colspecs = pandoc.List(table.colspecs):map(function(spec, i) return { spec[1], (widths[i] or most) / capped } end)
  return table
end

-- How many braces, delimiters and environments of a formula are open at once.
local function nesting(tex)
  local marks = tex:gsub("\\[\\{}]", ""):gsub("\\left%f[^%a]", "{"):gsub("\\right%f[^%a]", "}")
  marks = marks:gsub("\\begin", "{"):gsub("\\end", "}")
  local depth, deepest = 0, 0
  for mark in marks:gmatch("[{}]") do
    depth = depth + (mark == "{" and 1 or -1)
    deepest = math.max(deepest, depth)
  end
  return deepest
end

local function filter(text, format, top)
  local unproven = {}
  for _, tex in ipairs(text.unproven or {}) do unproven[tex] = true end
  return {
    traverse = "topdown",
    Inlines = join_wide_lines,
    Link = web_only,
    RawInline = as_typed,
    RawBlock = as_typed,
    Math = function(math)
      if unproven[math.text] or (request.nesting and nesting(math.text) > request.nesting) then
        return pandoc.Code(math.text, { class = "unproven" })
      end
    end,
    Image = function(image)
      local file = (text.images or {})[image.src]
      -- false: the node is final, do not descend into what was just made.
      return (file and picture(image, file) or placeholder(image))[format], false
    end,
    Header = function(header)
      return heading(header:walk(filter(text, format, top)), header.level - top)[format], false
    end,
  }
end

local function reader(markdown)
  local format, known = request.reader, {}
  for _, extension in ipairs(request.extensions) do
    local name, pattern = extension[1], extension[2]
    if not known[name] and markdown:find(pattern) then
      known[name] = true
      format = format .. name
    end
  end
  return format
end

local function render(doc, text)
  local top = top_level(doc)
  local html = pandoc.write(doc:walk(filter(text, "html", top)), "html5", options)
  -- With MathML it is a page on a screen, which prints nothing.
  if options.html_math_method == "mathml" then return html, "" end
  local latex = pandoc.write(doc:walk(filter(text, "latex", top)):walk({ Table = fitted }), latex_format, options)
  return html, latex
end

local function answer(text)
  -- Without a line end at the end of a text, pandoc drops the last row of a table.
  local doc = pandoc.read(text.markdown .. "\n", reader(text.markdown))
  local found = inventory(doc)
  found.html, found.latex = render(doc, text)
  return found
end

for _, text in ipairs(request.texts) do
  local ok, result = pcall(answer, text)
  if not ok then result = { error = tostring(result) } end
  io.write(pandoc.json.encode(result), "\n")
  io.flush()
end
