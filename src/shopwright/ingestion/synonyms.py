"""What columns are called in the exports of shops and marketplaces, in English, German, French, Spanish and a few more.

Names are compared after `spelled`: lower-case words without punctuation, so 'prices.amountMin' is 'prices amount min'.
"""

import re
import unicodedata

from shopwright.ingestion.schemas import Kind

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NO_WORD = re.compile(r"[^0-9a-z]+")


def spelled(name: str) -> str:
    """Return a column name as lower-case words: without punctuation, accents and camel case."""
    plain = unicodedata.normalize("NFKD", _CAMEL.sub(" ", name)).replace("ß", "ss")
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return _NO_WORD.sub(" ", letters.lower()).strip()


def _names(text: str) -> tuple[str, ...]:
    return tuple(spelled(name) for name in text.split(","))


ANYWHERE: dict[str, tuple[str, ...]] = {
    "sku": _names(
        "sku,seller sku,merchant sku,variant sku,item sku,product sku,item number,item no,item id,product id,product code,"
        "stock code,article,article number,artikelnummer,artikelnr,artikel nr,art nr,artikel,bestellnummer,produktnummer,"
        "reference,référence,ref produit,code article,référencia,código,codigo producto,código de artículo,clothing id,"
        "product number,id,listing id,lineitem sku,our sku,asins,asin,handle,codice,codice articolo,varenummer"
    ),
    "name": _names(
        "name,product name,title,product title,item name,bezeichnung,artikelbezeichnung,produktname,produkt,description,"
        "nom,nom du produit,désignation,libellé,nombre,nombre del producto,descripción,nome,item description"
    ),
    "brand": _names("brand,marke,hersteller,manufacturer,vendor,marque,fabricant,marca,fabricante,make,brand name"),
    "category": _names(
        "category,categories,product category,product type,type,kategorie,warengruppe,catégorie,rayon,categoría,department,"
        "primary categories,collection,product category name,class name"
    ),
    "gtin": _names(
        "gtin,ean,ean13,ean code,upc,upc code,barcode,variant barcode,isbn,strichcode,code barres,código de barras,keys gtin"
    ),
    "mpn": _names(
        "mpn,manufacturer part number,manufacturer number,manufacturernumber,model,model number,modelno,model no,part number,"
        "herstellernummer,herstellerartikelnummer,référence fabricant,referencia fabricante,modell"
    ),
    "currency": _names("currency,currency code,prices currency,währung,waehrung,devise,moneda,divisa,valuta"),
    "tax_basis": _names(
        "tax basis,tax included,taxes included,gross net,brutto netto,steuer,ttc ht,price includes tax"
    ),
    "country": _names(
        "country,ship country,shipping country,country code,billing country,land,lieferland,pays,país,paese,customer state,ship to country"
    ),
    "customer_ref": _names(
        "customer id,customer,customer ref,customer number,household id,client id,buyer id,kundennummer,kunde,kundennr,numéro client,cliente,id cliente,user id,customer unique id"
    ),
    "promotion": _names(
        "promotion,promo,is sale,on sale,prices is sale,deal,promoted,aktion,im angebot,soldes,promoción,oferta,coupon,is promo"
    ),
    "language": _names("language,lang,locale,sprache,langue,idioma,lingua"),
    "updated_at": _names(
        "updated at,last updated,modified,last modified,date updated,geändert am,aktualisiert,mis à jour,actualizado"
    ),
    "title": _names(
        "title,product title,product name,name,item name,titel,produktname,nom,titre,título,bezeichnung,description"
    ),
}
"""Fields that are called the same in every kind."""

BY_KIND: dict[Kind, dict[str, tuple[str, ...]]] = {
    Kind.PRODUCTS: {
        "price": _names(
            "price,our price,selling price,sale price,variant price,list price,unit price,retail price,regular price,preis,"
            "verkaufspreis,vk,vk brutto,prix,prix de vente,precio,precio de venta,pvp,prezzo,prices amount min"
        ),
        "cost": _names(
            "cost,unit cost,cost price,cost per item,purchase price,cogs,einkaufspreis,ek,ek netto,einstandspreis,kosten,"
            "coût,prix d'achat,coste,costo,precio de compra,costo unitario"
        ),
        "min_price": _names("min price,minimum price,price min,floor,floor price,mindestpreis,preisuntergrenze,prix minimum,prix min,precio mínimo"),
        "max_price": _names("max price,maximum price,price max,ceiling,höchstpreis,preisobergrenze,prix maximum,precio máximo"),
        "map_price": _names("map,map price,minimum advertised price,minimum advertised"),
        "inventory_level": _names(
            "inventory,inventory level,stock,stock level,quantity,qty,variant inventory qty,available,on hand,bestand,"
            "lagerbestand,menge,stock disponible,quantité,existencias,cantidad,inventario,giacenza"
        ),
        "marketplace": _names("marketplace,channel,sales channel,platform,marktplatz,kanal,canal,plataforma"),
    },
    Kind.SALES: {
        "sold_at": _names(
            "date,order date,sold at,sale date,invoice date,created at,purchase date,paid at,ordered at,transaction date,"
            "transaction timestamp,timestamp,datetime,order purchase timestamp,day,week,week end date,month year,datum,"
            "bestelldatum,verkaufsdatum,rechnungsdatum,belegdatum,dt,date de commande,date de vente,fecha,fecha de pedido,data,tag"
        ),
        "quantity": _names(
            "quantity,qty,units,units sold,quantity ordered,quantity purchased,lineitem quantity,items,sold,volume,anzahl,menge,"
            "stück,stückzahl,quantité,qté,unités,cantidad,unidades,quantità"
        ),
        "revenue": _names(
            "revenue,sales,sales value,amount,total,line total,total price,turnover,gross sales,net sales,umsatz,betrag,summe,"
            "gesamtpreis,gesamt,chiffre d'affaires,montant,total ttc,ingresos,importe,ventas,fatturato,spend,item price total"
        ),
        "unit_price": _names(
            "unit price,price,price each,item price,lineitem price,selling price,price per unit,einzelpreis,stückpreis,preis,"
            "prix unitaire,prix,precio unitario,precio,prezzo"
        ),
        "list_price": _names("list price,base price,regular price,compare at price,lineitem compare at price,original price,listenpreis,uvp,prix catalogue,precio de lista"),
        "unit_cost": _names("unit cost,cost,cost price,cogs,einkaufspreis,einstandspreis,coût,coste,costo"),
        "kind": _names("type,transaction type,line type,order type,status,vorgang,belegart,art,type de ligne,tipo,order status"),
        "order_ref": _names(
            "order id,order,order no,order number,order ref,order name,invoice no,invoice,invoice number,basket id,transaction id,"
            "receipt,receipt number,bestellnummer,auftragsnummer,rechnungsnummer,bon,belegnummer,numéro de commande,commande,"
            "número de pedido,pedido,factura,amazon order id"
        ),
        "channel": _names("channel,sales channel,source,store,store id,shop,platform,marketplace,kanal,verkaufskanal,filiale,canal,tienda,magasin"),
    },
    Kind.REVIEWS: {
        "rating": _names("rating,stars,score,review score,reviews rating,star rating,overall,bewertung,sterne,note,étoiles,puntuación,estrellas,valoración"),
        "text": _names(
            "text,review,review text,reviews text,body,review body,comment,content,review comment message,message,bewertungstext,"
            "kommentar,rezension,commentaire,avis,texte,comentario,reseña,opinión,texto"
        ),
        "written_on": _names("date,review date,reviews date,written on,created at,review creation date,submission time,datum,bewertungsdatum,date de l'avis,fecha"),
        "title": _names("title,review title,reviews title,headline,summary,review comment title,titel,überschrift,titre,título"),
        "author_ref": _names("author,reviewer,reviewer id,username,user,reviews username,author ref,customer id,autor,verfasser,auteur,usuario"),
        "source": _names("source,site,platform,channel,marketplace,quelle,reviews source,fuente"),
    },
    Kind.COMPETITOR_PRICES: {
        "sku": _names("our sku,own sku,seller sku,merchant sku,item number,artikelnummer,eigene artikelnummer,notre référence,nuestro sku"),
        "competitor": _names(
            "competitor,merchant,prices merchant,seller,shop,store,retailer,vendor,competitor name,source,wettbewerber,händler,"
            "anbieter,mitbewerber,konkurrent,concurrent,marchand,vendeur,competidor,vendedor,tienda"
        ),
        "price": _names(
            "price,competitor price,their price,offer price,current price,prices amount min,amount,preis,angebotspreis,prix,"
            "prix concurrent,precio,precio competidor,prezzo"
        ),
        "regular_price": _names("regular price,list price,was price,original price,old price,prices amount max,rrp,msrp,uvp,streichpreis,prix barré,precio anterior"),
        "shipping": _names("shipping,shipping cost,prices shipping,delivery,delivery cost,postage,freight,versand,versandkosten,frais de port,livraison,envío,gastos de envío"),
        "availability": _names("availability,in stock,stock,prices availability,stock status,verfügbarkeit,lieferbar,disponibilité,disponibilidad"),
        "condition": _names("condition,item condition,prices condition,zustand,état,estado,condición"),
        "pack_quantity": _names("pack quantity,pack size,units per pack,pack,multipack,packungsgröße,gebinde,lot,unidades por paquete"),
        "url": _names("url,link,product url,offer url,source url,prices source urls,source urls,adresse,lien,enlace"),
        "seen_at": _names("seen at,date,date seen,prices date seen,observed at,crawled at,scraped at,checked at,timestamp,datum,gesehen am,erfasst am,date de relevé,fecha"),
    },
    Kind.STOCK_LEVELS: {
        "warehouse": _names("warehouse,location,depot,stock location,fulfillment center,site,lager,lagerort,standort,entrepôt,almacén,bodega,magazzino"),
        "quantity": _names(
            "quantity,qty,stock,on hand,available,inventory,stock level,quantity available,afn fulfillable quantity,bestand,"
            "lagerbestand,menge,anzahl,quantité,stock disponible,existencias,cantidad,giacenza"
        ),
        "counted_at": _names("counted at,date,at,as of,snapshot date,timestamp,updated at,stichtag,datum,gezählt am,date d'inventaire,fecha"),
    },
    Kind.TRAFFIC: {
        "day": _names("date,day,datum,tag,jour,fecha,día,data"),
        "sessions": _names("sessions,visits,visitors,users,sitzungen,besuche,besucher,visites,sesiones,visitas"),
        "views": _names("views,page views,pageviews,impressions,product views,aufrufe,seitenaufrufe,vues,pages vues,vistas,impresiones"),
    },
    Kind.CUSTOMERS: {
        "customer_ref": _names("customer id,id,customer,customer ref,customer number,client id,kundennummer,kundennr,numéro client,id cliente"),
        "name": _names("name,full name,customer name,first name,kundenname,nom,nombre"),
        "email": _names("email,e mail,mail,email address,customer email,correo,courriel"),
        "phone": _names("phone,telephone,mobile,phone number,telefon,téléphone,teléfono"),
        "first_seen_on": _names("created at,first seen,customer since,registered,first order date,kunde seit,angelegt am,client depuis,cliente desde"),
        "consent": _names("consent,accepts marketing,accepts email marketing,newsletter,opt in,einwilligung,consentement,consentimiento"),
    },
}  # fmt: skip
"""Names that mean something of a kind only, or come first in it."""


def names_of(kind: Kind, field: str) -> tuple[str, ...]:
    """Return the usual names of a field in a kind, its own first."""
    own = spelled(field.replace("_", " "))
    return (own, *BY_KIND[kind].get(field, ANYWHERE.get(field, ())))
