# Renders the pages of sites of Jekyll as Jekyll does: Liquid first, then kramdown with the site's
# own settings. Writes one JSON object: per path either `error` or `html`.
require "json"
require "jekyll"

Jekyll.logger.log_level = :error

def rendered(directory)
  config = Jekyll.configuration("source" => directory, "quiet" => true, "disable_disk_cache" => true)
  site = Jekyll::Site.new(config)
  payload = site.site_payload
  Dir.glob("#{directory}/**/*.md").sort.map do |path|
    text = File.read(path, encoding: "bom|utf-8").sub(Jekyll::Document::YAML_FRONT_MATTER_REGEXP, "")
    page = Jekyll::PageWithoutAFile.new(site, directory, "", File.basename(path))
    renderer = Jekyll::Renderer.new(site, page, payload)
    info = { :registers => { :site => site, :page => page.to_liquid }, :strict_filters => false }
    begin
      # What Liquid complains of, it says once more for each page.
      text = renderer.render_liquid(text, payload, info, path)
      [path, { "html" => renderer.convert(text) }]
    rescue StandardError, SystemStackError => error
      [path, { "error" => error.message }]
    end
  end
end

pages = ARGV.flat_map { |directory| rendered(File.realpath(directory)) }.to_h
$stdout.write(JSON.generate(pages))
